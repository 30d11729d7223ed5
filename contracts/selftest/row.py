"""One line of a table of the selftest: what the judge said of one deployment, in all rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.engine.verdict import Verdict
from contracts.selftest.judge import Judgement


@dataclass(frozen=True, slots=True)
class Row:
    """What the judge said of one fault or variant in one round."""

    name: str
    sentence: str
    killers: tuple[str, ...]
    problems: tuple[str, ...]
    """Bugs of the judge that showed."""
    untested: int
    requests: int
    seconds: float
    seed: int = 1
    """What the judge drew its random choices from."""
    accusations: tuple[str, ...] = ()
    """What was said of a conforming deployment: law by law, with the reason."""
    conforming: bool = False

    @property
    def is_sound(self) -> bool:
        """Tell whether a fault was found, or a conforming deployment was not accused."""
        return bool(self.killers) != self.conforming and not self.problems


@dataclass(frozen=True, slots=True)
class Line:
    """What the judge said of one fault or variant, round after round."""

    rows: Sequence[Row]

    @property
    def name(self) -> str:
        """Return what the deployment is called."""
        return self.rows[0].name

    @property
    def sentence(self) -> str:
        """Return what the deployment does."""
        return self.rows[0].sentence

    @property
    def is_conforming(self) -> bool:
        """Tell whether the deployment keeps the contract."""
        return self.rows[0].conforming

    @property
    def killers(self) -> tuple[str, ...]:
        """Return the laws that objected in any round, those of the first round first."""
        return tuple(dict.fromkeys(law for row in self.rows for law in row.killers))

    @property
    def is_sound(self) -> bool:
        """Tell whether each round came to what it should."""
        return all(row.is_sound for row in self.rows)

    def render_verdict(self) -> str:
        """Return what is printed of the laws that objected, and of bugs of the judge."""
        problems = dict.fromkeys(problem for row in self.rows for problem in row.problems)
        said = [self._render_conforming() if self.is_conforming else self._render_fault()]
        return " ".join([*said, *problems])

    def _render_fault(self) -> str:
        survived = [str(row.seed) for row in self.rows if not row.killers]
        if len(survived) == len(self.rows):
            return "NOTHING: IT SURVIVES"
        if len(self.rows) == 1:
            return ", ".join(self.killers)
        died = f"{self._count_killers()}; dies in {self._count(len(self.rows) - len(survived))}"
        return f"{died}, SURVIVES WITH SEED {', '.join(survived)}" if survived else died

    def _render_conforming(self) -> str:
        accused = [str(row.seed) for row in self.rows if row.killers]
        said = f"ACCUSED by {self._count_killers()}" if accused else "nothing"
        if len(self.rows) > 1:
            said += (
                f" in {self._count(len(accused))}" if accused else f" in {len(self.rows)} rounds"
            )
            said += f", with seed {', '.join(accused)}" if accused else ""
        untested = max(row.untested for row in self.rows)
        requests = sum(row.requests for row in self.rows)
        return f"{said} ({untested} laws could not tell; {requests} requests)"

    def _count_killers(self) -> str:
        """Return the laws that objected, each with in how many rounds if not in all."""
        counts = Counter(law for row in self.rows for law in row.killers)
        always = len(self.rows)
        return ", ".join(
            law if counts[law] == always else f"{law} ({counts[law]})" for law in self.killers
        )

    def _count(self, number: int) -> str:
        return f"{number} of {len(self.rows)} rounds"


def make_row(found: Judgement, sentence: str, seconds: float, *, conforming: bool = False) -> Row:
    """Return the line of one judgement, which took some *seconds*.

    The contract does not demand what a deployment only should do: of one that is *conforming*,
    `slack` is not an accusation.
    """
    problems = [
        f"{one.law.id}: {one.reason.strip().splitlines()[-1]}"
        for one in found.select(Verdict.PROBE_FAILED)
    ]
    if found.end.trouble:
        problems.append(found.end.trouble)
    broken = found.select(Verdict.BROKEN)
    return Row(
        found.name,
        sentence.splitlines()[0] if sentence else "",
        found.accusers if conforming else found.killers,
        tuple(problems),
        len(found.select(Verdict.UNTESTED, Verdict.INCONCLUSIVE)),
        found.end.requests,
        seconds,
        found.seed,
        tuple(f"{one.law.id}: {one.reason}" for one in broken) if conforming else (),
        conforming,
    )


def summarize(lines: Sequence[Line]) -> str:
    """Return how many of the faults died, and how many of the conforming deployments were accused.

    A fault counts that died in each round; a deployment counts that was accused in any.
    """
    rounds = max((len(line.rows) for line in lines), default=1)
    faults = [line for line in lines if not line.is_conforming]
    variants = [line for line in lines if line.is_conforming]
    dead = sum(all(row.killers for row in line.rows) for line in faults)
    accused = sum(any(row.killers or row.problems for row in line.rows) for line in variants)
    if rounds == 1:
        died = f"{dead} of {len(faults)} faults die"
        said = f"{accused} of {len(variants)} conforming are accused"
    else:
        died = f"{dead} of {len(faults)} faults died in each of {rounds} rounds"
        said = f"{accused} of {len(variants)} conforming variants were accused in {rounds} rounds"
    return f"{died}, {said}" if faults else said
