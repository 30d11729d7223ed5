"""How a law over roles is declared: it says what has to be declared for it to mean something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps

from contracts.contract.api import Api
from contracts.contract.pointer import PointerError
from contracts.engine.law import Law, Level, law
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable
from contracts.target import Need

Condition = Callable[[Api], str]
"""Says what the document does not declare, and the line to add; empty where it declares it."""


def role_law(  # noqa: PLR0913 -- what is declared of a law
    law_id: str,
    level: Level,
    *,
    ref: str,
    when: Condition,
    needs: Iterable[Need] = (),
    after: Iterable[str] = (),
    last: bool = False,
) -> Callable[[Callable[[Probe], None]], Law]:
    """Declare a law that means something *when* the document declares its rule.

    *ref* is a pointer below a role, such as `@list/x-pagination/limit`, or a section of an RFC.
    """

    def declare(function: Callable[[Probe], None]) -> Law:
        @wraps(function)
        def judge(probe: Probe) -> None:
            if lacking := when(probe.api):
                raise Inapplicable(lacking)
            function(probe)

        return law(law_id, level, ref=ref, needs=needs, after=after, last=last)(judge)

    return declare


def resolve_clause(one: Law, api: Api) -> Law:
    """Return the law with its clause in the document at hand: the nearest part that is there."""
    if not one.clause.startswith("@"):
        return one
    role, _, below = one.clause[1:].partition("/")
    resource = api.resource
    starts = {
        "root": "#",
        "list": resource.list.pointer,
        "read": resource.read.pointer if resource.read else resource.list.pointer,
        "record": resource.schema,
        "pages": resource.pages.clause if resource.pages else resource.list.pointer,
        "lifecycle": resource.lifecycle.clause if resource.lifecycle else resource.schema,
        "create": next((c.operation.pointer for c in resource.creations), resource.list.pointer),
    }
    pointer = f"{starts[role]}/{below}" if below else starts[role]
    while pointer.rpartition("/")[0]:
        try:
            api.resolve(pointer)
        except PointerError:
            pointer = pointer.rpartition("/")[0]
        else:
            break
    return replace(one, clause=pointer)
