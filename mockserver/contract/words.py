"""The words by which what a description does not state is inferred or assumed."""

import re
from typing import Any

#: Names of parameters and members, without case and punctuation; the first is preferred.
LIMITS = (
    *("limit", "perpage", "pagesize", "maxresults", "maxitems", "pagelimit", "itemsperpage"),
    *("size", "top", "take", "count", "results", "resultsperpage"),
)
PAGES = ("page", "pagenumber", "pagenum", "pageindex", "pageno")
OFFSETS = ("offset", "skip", "startindex", "startat", "from", "start", "pageoffset")
KEY_CURSORS = ("after", "startingafter", "lastid", "afterid")
CURSORS = (
    *("cursor", "pagetoken", "nexttoken", "continuationtoken", "continuation", "nextcursor"),
    *("pagecursor", "startcursor", "marker", "bookmark", "continue", "pageafter", "skiptoken"),
    *("exclusivestartkey", "next", "startingtoken", "scrollid", "iterator"),
)
BACK_CURSORS = ("before", "beforeid", "endingbefore", "pagebefore", "previouscursor", "prevcursor")
NEXT = (
    *("nextpagetoken", "nextcursor", "nexttoken", "nextpageuri", "nextpageurl", "nexturl"),
    *("nextlink", "odatanextlink", "nextpage", "next", "continuationtoken", "endcursor", "after"),
    *("continue", "iterator"),
)
MORE = ("hasmore", "hasnextpage", "hasnext", "more")
TOTALS = ("total", "totalcount", "totalentries", "totalitems", "totalresults", "totalsize", "count")
ITEMS = ("data", "items", "results", "values", "records", "entries", "content")
STATES = ("status", "state", "phase")
KEYS = ("id", "sid", "uid", "uuid", "number")
MADE = ("created", "createdat", "createdon", "creationtime", "createtime", "datecreated")
MOVED = ("updated", "updatedat", "updatedon", "updatetime", "modifiedat", "dateupdated")
REFUSALS = ("409", "400", "422")
INITIAL = ("created", "pending", "queued", "scheduled", "submitted", "new", "initiated")
_TERMINAL = re.compile(
    r"complet|succe|fail|error|cancell?ed|abort(ed)?$|expired|timed?.?out|done|killed|rejected"
    r"|busy|no.?answer|closed|undelivered|pass(ed)?$|stopped$|supersed|skipped|not_?run|unauthori|finished|terminated|deleted|declined",
    re.IGNORECASE,
)
_UNDERWAY = re.compile(r"ing$|[_-]requested$|^(queued|pending|created|new)$", re.IGNORECASE)
#: Verbs whose state is another word.
_SYNONYMS = {"resume": "running", "start": "running", "stop": "stopped", "terminate": "canceled"}
#: States that records are in while the server works on them.
_ACTIVE = ("running", "inprogress", "processing", "active")
_UNSAID = ("unknown", "unspecified")
#: How much longer than its verb the word of a state may be: cancel, cancellation.
_LONGEST_ENDING = 5
_AGAIN = ("rerun", "retry", "restart", "requeue", "redeliver")


def plain(name: str) -> str:
    """Return a name without case and punctuation: ``page[size]`` and ``PageSize`` are the same.

    Of a name with dots, as ``listOptions.limit``, the last part counts.
    """
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())


def tails(name: str) -> list[str]:
    """Return *name* and its endings word by word, plain: ``batch_id`` gives batchid and id."""
    words = _split(name)
    return [plain("".join(words[index:])) for index in range(len(words))]


def meanings(name: str) -> list[str]:
    """Return what *name* stands for if it is one thing or another, plain, the whole ones first.

    ``team_name_or_id`` gives teamname and teamid, and then name and id.
    """
    words = _split(name)
    at = next((at for at, word in enumerate(words) if plain(word) == "or"), 0)
    if not at or at == len(words) - 1:
        return []
    both = [tails("_".join(words[:at])), tails("_".join((*words[: at - 1], *words[at + 1 :])))]
    return sorted((tail for one in both for tail in one), key=len, reverse=True)


def _split(name: str) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name) if word]


def is_terminal(state: str) -> bool:
    """Return whether a state sounds like one that nothing leaves."""
    return bool(_TERMINAL.search(state)) and not _UNDERWAY.search(state)


def is_active(state: str) -> bool:
    """Return whether a state sounds like one in which the server works."""
    return plain(state) in _ACTIVE


def says_something(state: str) -> bool:
    """Return whether a state is more than that none is known."""
    return not plain(state).endswith(_UNSAID)


def is_repeat(verb: str) -> bool:
    """Return whether a verb sounds like one that lets a record begin again."""
    return plain(verb).startswith(_AGAIN)


def target_of(verb: str, states: tuple[str, ...]) -> str | None:
    """Return the state that *verb* sounds like leading to, or None.

    A state of the verb's -ing or ``_requested`` comes before that of its -ed.
    """
    word = plain(re.split(r"[_-]", verb)[0])
    stem = _stem(word)
    for ending in ("ing", "requested", "ed", ""):
        for state in states:
            squeezed = plain(state)
            rest = len(squeezed.removesuffix("requested")) - len(word)
            fits = _stem(squeezed).startswith(stem) and rest <= _LONGEST_ENDING
            if fits and squeezed.endswith(ending):
                return state
    return next((s for s in states if plain(s) == _SYNONYMS.get(word)), None)


def _stem(word: str) -> str:
    """Return a word without what spellings and endings differ in: cancelled, canceled, cancel."""
    return re.sub(r"(.)\1", r"\1", word).removesuffix("e")


def first_named(names: tuple[str, ...], known: dict[str, Any]) -> str | None:
    """Return the first of *known* whose plain name is one of *names*, in the order of these."""
    return next((k for name in names for k in known if plain(k) == name), None)
