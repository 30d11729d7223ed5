"""What can be said of a law after it was judged, and how a law says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Self

from contracts.http.excerpt import Change, Subject, compare_records
from contracts.http.exchange import Exchange


class Verdict(StrEnum):
    """The outcomes of a law; doubt is never `kept`."""

    KEPT = "kept"
    BROKEN = "broken"
    """A MUST is broken and no legal history explains it."""
    SLACK = "slack"
    """A SHOULD is not kept."""
    OBSERVED = "observed"
    """What the contract leaves open was looked at."""
    INCONCLUSIVE = "inconclusive"
    """The data changed during each attempt."""
    UNTESTED = "untested"
    """There was nothing to judge, or something that the law needs was not given."""
    BLOCKED = "blocked"
    """A law that this one builds on does not hold."""
    SETUP_FAILED = "setup-failed"
    """The state that the law needs could not be reached."""
    KNOWN = "known"
    """Broken, and listed as a known deviation."""
    PROBE_FAILED = "probe-failed"
    """The judge itself has a bug."""


class Lack(StrEnum):
    """What kept a law from being judged that is `untested`."""

    OPTION = "option"
    """Something that is given on the command line, such as another project's key."""
    DATA = "data"
    """Jobs, states or operations that the deployment did not have."""
    TIME = "time"
    """The time of the run was used up before the law had looked at everything."""
    OCCASION = "occasion"
    """What the law speaks of does not occur here, whatever the data are."""


class Unkept(Exception):  # noqa: N818 -- an outcome, not an error of the judge
    """A law ends with another verdict than `kept`."""

    verdict: Verdict

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Violation(Unkept):
    """The contract is broken: what it wants, what came instead, and the exchanges that show it."""

    verdict = Verdict.BROKEN

    def __init__(  # noqa: PLR0913 -- what is reported of a violation
        self,
        expected: str,
        actual: str,
        exchanges: Sequence[Exchange] = (),
        script: str = "",
        *,
        about: Sequence[Subject] = (),
        changed: Sequence[Change] = (),
        clause: str = "",
    ) -> None:
        super().__init__(f"expected {expected}, but {actual}")
        self.expected = expected
        self.actual = actual
        self.exchanges = tuple(exchanges)
        self.script = script
        """Shell commands that repeat the violation where one call alone does not; no key in it."""
        self.about = tuple(about)
        """The records or members that reports show of each response. One that is the only record of
        its response need not be named."""
        self.changed = tuple(changed)
        """The members that differ, where two states of a record are compared."""
        self.clause = clause
        """The pointer to the part of the law's clause that is not kept, if one part is to blame."""

    @classmethod
    def compare(
        cls,
        expected: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        exchanges: Sequence[Exchange] = (),
    ) -> Self:
        """Return the violation by a record that has to be as it was *before*, and is *after*."""
        changed = compare_records(before, after)
        if not after:
            return cls(expected, "it is not there", exchanges, about=[before])
        *rest, last = [change.member for change in changed] or ["nothing"]
        names = f"{', '.join(rest)} and {last}" if rest else last
        actual = f"{names} differ{'' if rest else 's'}"
        return cls(expected, actual, exchanges, about=[before], changed=changed)


class Inconclusive(Unkept):
    """The data changed during each attempt."""

    verdict = Verdict.INCONCLUSIVE


class Unanswered(Inconclusive):
    """A request got no response, or none but that the deployment is busy."""


class Untested(Unkept):
    """The law has nothing to judge here: the deployment lacks the data."""

    verdict = Verdict.UNTESTED
    lack = Lack.DATA


class Inapplicable(Untested):
    """What the law speaks of does not occur here, and no data would change that."""

    lack = Lack.OCCASION


class NotGiven(Untested):
    """What the law needs was not given on the command line."""

    lack = Lack.OPTION


class SetupFailed(Unkept):
    """A step before the law's own failed."""

    verdict = Verdict.SETUP_FAILED
