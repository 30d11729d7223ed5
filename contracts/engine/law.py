"""A law: one small function with an id, a level, and the clause it reads.

A law comes in two kinds. One takes a Probe and asks the deployment. The other looks at one
Exchange of the run; it returns what it looked at, or None if the law does not apply to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from inspect import cleandoc
from itertools import groupby
from typing import Any

from contracts.contract.api import Api
from contracts.engine.clause_text import explain_clause, quote_clause
from contracts.engine.events import LawFacts
from contracts.http.exchange import Exchange
from contracts.target import Need

OWN_EFFECTS = frozenset({Need.EFFECTS_OWN})
"""What a law needs that makes jobs, and changes no others."""

CHANGING = frozenset({Need.EFFECTS_OWN, Need.EFFECTS_ANY})

ALONE = 2
"""When the laws have their turn that are judged one after the other: what they look at changes."""


class Level(StrEnum):
    """How much a law asks (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


MUST, SHOULD, MAY = Level


class LawError(ValueError):
    """The laws contradict themselves or the contract."""


@dataclass(frozen=True, slots=True)
class Law:
    """One sentence of the contract that can be judged."""

    id: str
    level: Level
    clause: str
    title: str
    doc: str
    name: str = ""
    """The function's name."""
    by_probe: Callable[[Any], None] | None = None
    by_exchange: Callable[[Exchange, Any], str | None] | None = None
    needs: frozenset[Need] = frozenset()
    after: tuple[str, ...] = ()
    last: bool = False
    """Judged when all others were: it looks at what they saw."""
    spends: bool = False
    """Judged after those that need jobs in a certain state: its calls may use such jobs up."""
    prepare: Callable[[], object] | None = None
    """Imports what its function needs, if that takes long."""
    turn: int = 0
    """It changes only jobs that no other law of this turn uses, and looks at no others afterwards;
    0 if that is not so. A law that is judged ALONE has that turn among the others."""

    @property
    def is_separable(self) -> bool:
        """Tell whether the law may be judged beside others: it changes nothing they look at."""
        return not self.whole_run and (self.turn > 0 or not self.is_changing)

    @property
    def is_changing(self) -> bool:
        """Tell whether the law may change records."""
        return self.spends or bool(self.needs & (CHANGING | {Need.DRIVER}))

    @property
    def whole_run(self) -> bool:
        """Tell whether the law looks at what all others saw."""
        return self.last or self.by_exchange is not None

    @property
    def sentence(self) -> str:
        """Return what the law says."""
        return self.doc.partition("\n\n")[0].replace("\n", " ")

    @property
    def explanation(self) -> str:
        """Return how it is judged and what to do, if the docstring says so: a line a paragraph."""
        paragraphs = self.doc.split("\n\n")[1:]
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    def get_facts(self, document: Api) -> LawFacts:
        """Return what reports may know of the law."""
        return LawFacts(
            id=self.id,
            level=self.level,
            title=self.title,
            sentence=self.sentence,
            clause=self.clause,
            clause_text=quote_clause(self.clause, document),
            explanation=self.explanation,
        )


def law(  # noqa: PLR0913 -- what is declared of a law
    law_id: str,
    level: Level,
    *,
    ref: str,
    needs: Iterable[Need] = (),
    after: Iterable[str] = (),
    last: bool = False,
    spends: bool = False,
    prepare: Callable[[], object] | None = None,
    title: str = "",
) -> Callable[[Callable[[Any], None]], Law]:
    """Declare a law that asks the deployment; its title is the function's name as a sentence.

    A *title* is given where a name cannot say it: it has an apostrophe, or a word with capitals.
    """

    def declare(function: Callable[[Any], None]) -> Law:
        name, words, doc = _read_words(function)
        return Law(
            id=law_id,
            level=level,
            clause=ref,
            title=title or words,
            doc=doc,
            name=name,
            by_probe=function,
            needs=frozenset(needs),
            after=tuple(after),
            last=last,
            spends=spends,
            prepare=prepare,
        )

    return declare


def exchange_law(
    law_id: str, level: Level, *, ref: str, title: str = ""
) -> Callable[[Callable[[Exchange, Any], str | None]], Law]:
    """Declare a law that looks at each exchange of the run; *title* is as in `law`."""

    def declare(function: Callable[[Exchange, Any], str | None]) -> Law:
        name, words, doc = _read_words(function)
        return Law(law_id, level, ref, title or words, doc, name, by_exchange=function)

    return declare


def _read_words(function: Callable[..., object]) -> tuple[str, str, str]:
    """Return the function's name, the name as a sentence, and what its docstring says."""
    name: str = getattr(function, "__name__", "")
    words = name.replace("_", " ")
    return name, f"{words[:1].upper()}{words[1:]}", cleandoc(function.__doc__ or "")


@dataclass(frozen=True, slots=True)
class Registry:
    """All laws of a run, in the order in which they are judged."""

    laws: tuple[Law, ...]

    @classmethod
    def of(cls, laws: Iterable[Law], document: Api) -> Registry:
        """Collect *laws*; refuse an id that is taken and a clause that leads nowhere."""
        found: dict[str, Law] = {}
        for one in laws:
            if one.id in found:
                raise LawError(f"{one.id} is both {found[one.id].title!r} and {one.title!r}")
            if not one.sentence:
                raise LawError(f"{one.id} has no docstring")
            if trouble := explain_clause(one.clause, document):
                raise LawError(f"{one.id}: {trouble}")
            found[one.id] = one
        for one in found.values():
            if missing := set(one.after).difference(found):
                raise LawError(f"{one.id} comes after {sorted(missing)}, which do not exist")
        return cls(tuple(_order(found)))

    def select(self, globs: Sequence[str]) -> Registry:
        """Return the laws whose id one of *globs* matches, and those that they come after."""
        by_id = {one.id: one for one in self.laws}
        matches = {glob: {i for i in by_id if fnmatchcase(i, glob)} for glob in globs}
        if unknown := [glob for glob, found in matches.items() if not found]:
            raise LawError(
                f"no law is called {', '.join(unknown)}; `contracts list` prints them all"
            )
        wanted = set().union(*matches.values()) if globs else set(by_id)
        while more := {a for i in wanted for a in by_id[i].after} - wanted:
            wanted |= more
        return Registry(tuple(one for one in self.laws if one.id in wanted))

    def split(self) -> Iterator[tuple[Law, ...]]:
        """Go through the laws in order, those together that may be judged at the same time.

        A law that compares pages is not judged while another makes jobs: it would have to allow for
        them, and find less.
        """
        kinds = groupby(self.laws, key=lambda one: (one.is_separable, one.turn))
        for (separable, _), group in kinds:
            if separable:
                yield tuple(group)
            else:
                yield from ((one,) for one in group)

    def __iter__(self) -> Iterator[Law]:
        """Go through the laws in order."""
        return iter(self.laws)

    def __len__(self) -> int:
        """Count the laws."""
        return len(self.laws)


def _order(laws: dict[str, Law]) -> Iterator[Law]:
    done: set[str] = set()

    def visit(one: Law, path: tuple[str, ...]) -> Iterator[Law]:
        if one.id in path:
            raise LawError(f"{' -> '.join([*path, one.id])} is a circle")
        if one.id in done:
            return
        for before in one.after:
            yield from visit(laws[before], (*path, one.id))
        done.add(one.id)
        yield one

    def get_stage(one: Law) -> tuple[bool | int, ...]:
        """Reading comes before anything that may change jobs, and looking back comes last."""
        changing = one.spends or bool(one.needs & CHANGING)
        turn = (one.turn or ALONE) if one.is_changing else 0
        return one.last, one.by_exchange is not None, changing, one.spends, turn

    for one in sorted(laws.values(), key=get_stage):
        yield from visit(one, ())
