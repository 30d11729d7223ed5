"""The laws of the judge, from its catalogues."""

from contracts.contract.document import load
from contracts.engine.law import Law
from contracts.laws import catalogue
from contracts.roles import catalogue as roles
from tools.reference.markdown import compose_page, draw_table, escape, show_code

_GUIDE = "../guides/judge_your_api.md#what-is-judged"


def draw_laws() -> str:
    """Return the page on laws."""
    about = (
        "`contracts explain CANC-12` says how a law is judged and what to do; `contracts list "
        "--spec FILE` prints those of your own document, each with its clause there. A MUST "
        "that is broken makes exit code 1, a SHOULD only with `--fail-on should`, a MAY "
        "never. [The selftest](selftest.md) shows which law finds which fault."
    )
    of_jobs = list(catalogue.create_registry(load()))
    of_any = [one for source in roles.LAWS for one in vars(source).values() if isinstance(one, Law)]
    head = ["law", "level", "what it says"]
    sections = [
        f"## Of the jobs API: {len(of_jobs)}\n",
        draw_table([*head, "clause"], [[*_row(one), show_code(one.clause)] for one in of_jobs]),
        f"## Of any API: {len(of_any)}\n",
        f"[The guide]({_GUIDE}) says what each needs declared.\n",
        draw_table(head, [_row(one) for one in of_any]),
    ]
    return compose_page("Laws", about, sections)


def _row(one: Law) -> list[str]:
    return [one.id, str(one.level), escape(one.sentence)]
