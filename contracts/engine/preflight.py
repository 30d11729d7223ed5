"""Whether it is the API at all that answers: asked once, before anything is judged.

A wrong address, a login in front of the API or a gateway without it breaks no clause, and would
break most laws. So the first list, with the key, has to look like a response of the API. Where that
is doubtful, a call without the key tells: only what knows the operation refuses that with 401.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.engine.bodies import follow
from contracts.engine.credentials import NOTHING
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inconclusive, SetupFailed
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime
from contracts.target import Target, get_host

GATEWAY = frozenset({502, 504})
"""What only a gateway says, and only where the API behind it did not answer (RFC 9110 §15.6)."""

SHOWN = 80
"""How many characters of a body, a title or a path are shown."""

LIKE = 1 / 3
"""The share of a record's members that shows that an object is meant to be a record."""


def find_missing_path(api: Api, target: Target) -> str:
    """Say which path parameters have to be given before the list can be called, if any."""
    listing = api.resource.list
    names = [name for name in re.findall(r"\{([^{}]+)\}", listing.path) if name not in target.path]
    options = " ".join(f"--path {name}=VALUE" for name in names)
    return f"{listing.method} {listing.path} needs {options}" if names else ""


def find_obstacle(probe: Probe) -> str:
    """Say why nothing can be judged, with what came and what to look at; empty if all is well."""
    if missing := find_missing_path(probe.api, probe.target):
        return missing
    try:
        return _find_obstacle(probe, probe.list_page())
    except SetupFailed as error:
        return f"the first list is more than a run can take in: {error}"
    except (Inconclusive, OutOfTime) as error:
        return f"the deployment could not be reached: {error}"


def _find_obstacle(probe: Probe, first: Exchange) -> str:
    """Say what is wrong with the *first* list, if it is not a response of the API."""
    status = first.status or 0
    like = _looks_like_records(first, probe.api) if 200 <= status < 300 else None
    why = ""
    if status in (401, 403):
        why = _explain_refusal(first)
    elif 300 <= status < 400:
        why = _explain_redirect(first, probe.target.prefix)
    elif status in GATEWAY:
        why = "a gateway answers, and the API behind it does not"
    elif like is False:
        why = f"that is not a list of {probe.api.resource.name}; {_suggest(probe)}"
    elif like is None and not probe.api.security.schemes and 200 <= status < 300:
        return ""  # a list without records, of an API that takes no key
    elif not like:
        return _ask_without_key(probe, first)
    return why and f"{_describe(first)}: {why}"


def _get_keyless_status(probe: Probe) -> int | None:
    return probe.list_page(carried=NOTHING).status


def _ask_without_key(probe: Probe, first: Exchange) -> str:
    """Ask without the key: an API that knows the operation refuses that, nothing else would."""
    keyless = _get_keyless_status(probe)
    if keyless == 401 and first.status == 404:
        return (
            f"{_describe(first)}, and 401 without the key: the API is there, and does not know the "
            f"{probe.target.place}"
        )
    if keyless == 401:
        return ""  # it is the API that answers so, and the laws say what is wrong with it
    same = "the same" if keyless == first.status else str(keyless)
    return f"{_describe(first)}, and {same} without the key: {_suggest(probe)}"


def _suggest(probe: Probe) -> str:
    prefix = probe.target.prefix
    path = f"the path prefix {prefix} is right" if prefix else "a path prefix is missing"
    return f"look at --base-url, whether {path}, and whether it is {probe.api.title} that is there"


def _describe(exchange: Exchange) -> str:
    """Say what was asked and what came: status, media type, and how the body begins."""
    kind = exchange.media_type or ("no media type" if exchange.body else "no body")
    page = exchange.body[:10_000].decode("utf-8", "replace")
    title = re.search(r"<title[^>]*>([^<]+)", page, re.IGNORECASE)
    begins = " ".join((title[1] if title else page).split())[:SHOWN]
    if title:
        kind += f", a page called {begins!r}"
    elif begins:
        kind += f", which begins {begins!r}"
    return f"GET {exchange.url} got {exchange.status} ({kind})"


def _explain_refusal(exchange: Exchange) -> str:
    """Say what to look at after a 401 or 403; the challenge tells a gateway from the API."""
    scheme = exchange.response_headers.get("www-authenticate", "").partition(" ")[0]
    if scheme and scheme.lower() != "bearer":
        return f"it asks for {scheme} credentials, as a gateway in front of the API may do"
    return "the deployment does not know key and project; look at both"


def _explain_redirect(exchange: Exchange, prefix: str) -> str:
    """Say where a redirect leads, without what may be secret there, and what to do."""
    here, location = urlsplit(exchange.url), exchange.response_headers.get("location", "")
    try:
        there = urlsplit(urljoin(exchange.url, location))
    except ValueError:
        return "its Location is not a URL, and no redirect is followed"
    if not location:
        return "it redirects without saying where, and no redirect is followed"
    host = get_host(there.geturl())
    more = "?..." if there.query else ""
    leads = f"its Location is {there.scheme}://{host}{there.path[:SHOWN]}{more}"
    operation = here.path.removeprefix(prefix)
    if there.path.endswith(operation) and not there.query and here[:3] != there[:3]:
        base = f"{there.scheme}://{host}{there.path.removesuffix(operation)}"
        return f"{leads}, and no redirect is followed; if the API is there, give --base-url {base}"
    return (
        f"{leads}, and no redirect is followed; look at --base-url, and whether there is a login "
        "in front of the API"
    )


def _looks_like_records(exchange: Exchange, document: Api) -> bool | None:
    """Tell whether a success is a list of records, however badly made; None if that is doubtful."""
    try:
        value = json.loads(exchange.body)
    except (ValueError, RecursionError):
        return None if "json" in exchange.media_type else False
    if isinstance(value, list) and not value:
        return None
    if any(_names_a_record(one, document) for one in _walk_objects(value)):
        return True
    items = document.resource.items
    if items.count("/") != 1:
        return isinstance(get_value(value, items), list)
    if not isinstance(value, dict) or items[1:] not in value:
        return False
    return True if isinstance(value[items[1:]], list) else None


def _names_a_record(found: dict[str, Any], document: Api) -> bool:
    record = follow(document, document.resolve(document.resource.schema))
    names = record.get("properties", {}).keys()
    return len(names & found.keys()) >= LIKE * len(names)


def _walk_objects(value: Any, depth: int = 4) -> Iterator[dict[str, Any]]:
    """Go through the objects in *value* down to some *depth*."""
    if isinstance(value, dict):
        yield value
    if depth and isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _walk_objects(member, depth - 1)
