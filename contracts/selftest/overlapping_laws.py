"""MUST laws that kill no fault alone, and why they are still useful."""

from __future__ import annotations

from collections.abc import Mapping

_SCHEMA = "EXCH-13 sees the same through the JSON Schema; this law says in words what is wrong"

_LIMIT = "EXCH-19 sees a page that is too long as well; this law says which limit means what"

WHY: Mapping[str, str] = {
    "READ-07": "READ-10 looks for jobs that were shown as well; this law tries numbers of its own",
    "READ-10": "READ-07 tries numbers of its own; this law looks for whatever the run was shown",
    "READ-11": "it needs a driver, and miniatures have none; READ-07 and READ-10 see the same",
    "COMP-04": "READ-10 looks for the new job as well, at the end of the run",
    "CANC-08": "READ-10 looks for a cancelled job as well, at the end of the run",
    "COMP-01": "a job that is not scheduled at first has moved too early for LIFE-05 as well",
    "COMP-02": "a job for another user also escapes the laws on conflicts",
    "COMP-11": "COMP-20 asks for as many characters that are not ASCII, which is only a SHOULD",
    "COMP-18": "a number that is given out again also makes LIFE-04 see its job change",
    "CANC-11": "a refused job is terminal, so LIFE-01 sees it move; this law names the cause",
    "CANC-13": "a job that racing cancels stamp twice is mostly seen to change by LIFE-01 as well",
    "CANC-16": "CANC-15 tries such texts too, where the run may do anything; this law needs less",
    "EXCH-06": _SCHEMA,
    "EXCH-07": _SCHEMA,
    "EXCH-08": _SCHEMA,
    "EXCH-09": _SCHEMA,
    "EXCH-10": _SCHEMA,
    "EXCH-18": "WALK-02 and PAGE-04 find it on pages that they ask for; this law looks at any page",
    "EXCH-19": "PAGE-01 and WALK-04 count the jobs of theirs; this law looks at any page",
    "READ-12": "what flickers also moves against LIFE-01 to LIFE-04, or differs for READ-02",
    "WALK-04": "PAGE-01, PAGE-03 and EXCH-19 see such pages one by one; this law in a walk",
    "PAGE-05": _LIMIT,
    "PAGE-07": _LIMIT,
    "PAGE-08": _LIMIT,
    "PAGE-13": "EXCH-19 sees a page fall back to the default limit; this law says which",
    "READ-02": "READ-12 sees a job shown otherwise in a list as well; this law compares on purpose",
    "EXCH-14": "READ-02 compares the same jobs; this law also watches what fuzzers ask for",
}
"""Law id to reason."""
