"""How both programs end, from the modules that decide it."""

import ast
import inspect
import re

from contracts.engine import exit_code
from mockserver.cli import program
from tools.reference.markdown import compose_page, draw_table, escape

_MORE = """\
[The judge](judge.md#verdicts-and-exit-codes) says which verdicts lead to which code.
In pytest a run ends with the [codes of pytest](../guides/reports.md#with-pytest).
"""


def draw_exit_codes() -> str:
    """Return the page on exit codes."""
    about = "What a script can rely on; what is to be read is on stderr, and in reports."
    mock = re.findall(r"(\d) ([^,.]+)", (program.__doc__ or "").partition("Exit codes:")[2])
    judge = [(str(code.value), text) for code, text in _list_judge_codes()]
    sections = [
        "## `mockserver`\n",
        draw_table(["exit code", "meaning"], [[code, escape(text)] for code, text in mock]),
        "## `contracts`\n",
        draw_table(["exit code", "meaning"], [[code, escape(text)] for code, text in judge]),
        _MORE,
    ]
    return compose_page("Exit codes", about, sections)


def _list_judge_codes() -> list[tuple[exit_code.ExitCode, str]]:
    """Return each code of the judge with the text below it."""
    (tree,) = ast.parse(inspect.getsource(exit_code.ExitCode)).body
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 -- for the type checker
    texts = [
        str(node.value.value)
        for node in tree.body[1:]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return list(zip(exit_code.ExitCode, texts, strict=True))
