"""Which recorded exchanges are of the deployment, and what of them can be judged.

A recording shows what its recorder made of the traffic: responses from caches, redirects that the
browser made up, errors of a proxy. None of that is said of the deployment, so it is counted only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from contracts.contract.api import Api
from contracts.engine.preflight import GATEWAY
from contracts.http.exchange import Exchange
from contracts.target import get_host, get_origin
from contracts.traffic.recorded import Recorded

REQUEST_HEADERS = frozenset({"accept", "authorization", "content-type"})
RESPONSE_HEADERS = frozenset(
    {"allow", "content-encoding", "content-type", "date", "location", "retry-after"}
    | {"www-authenticate"}
)
"""Headers that laws or the evidence need; others may hold cookies and keys, and are dropped."""

ELSEWHERE = "of other hosts or paths"
OTHER_METHOD = "with a method that the contract does not have"
SILENT = "without a response"
CACHED = "from a cache"
REDIRECTED = "redirected or not modified"
BY_GATEWAY = "answered by a gateway (502, 504)"


class Selected(NamedTuple):
    """An exchange to be judged."""

    exchange: Exchange
    whole: bool
    """Its body was recorded, so that more can be judged than its status."""
    headed: bool
    """The headers of the response were recorded."""


@dataclass
class Relevance:
    """Tells which exchanges are judged; the others are counted by why they are not."""

    document: Api
    base_url: str = ""
    """The deployment; if it is not given, that of the first exchange that looks like the API."""
    left: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    """Base URLs where the API seems to be as well, and how many exchanges they have."""
    projects: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    bodiless: int = 0
    """How many of those that are judged have no body."""
    _patterns: Mapping[str, re.Pattern[str]] = field(init=False)
    """By operation: its path, whatever the path of the base URL is."""
    _headers: frozenset[str] = field(init=False)
    """The headers of a request that are kept."""

    def __post_init__(self) -> None:
        # What is fixed matches first (OpenAPI 3.1.0 §4.8.8.2).
        operations = sorted(self.document.operations.values(), key=lambda one: one.path.count("{"))
        self._patterns = {
            one.id: re.compile(
                "((?:/.*?)?)" + re.sub(r"\\\{[^{}]+\\\}", "([^/]*)", re.escape(one.path))
            )
            for one in operations
        }
        schemes = self.document.security.schemes
        carrying = {one.parameter.lower() for one in schemes if one.kind == "apiKey"}
        self._headers = REQUEST_HEADERS | carrying

    @property
    def seen(self) -> bool:
        """Tell whether anything was offered, of the API or not."""
        return bool(self.judged or self.left or self.others)

    def select(self, one: Recorded) -> Selected | None:
        """Return the exchange that *one* is to the laws, or None if it says nothing."""
        exchange = self._match(one)
        if exchange is None:
            return None
        why = self._explain_silence(one)
        if why:
            self.left[why] += 1
            return None
        self.judged += 1
        whole = one.body is not None and _is_decoded(one)
        self.bodiless += not whole
        self.projects[self.document.resource.find_scope(exchange.arguments)] += 1
        return Selected(exchange, whole, headed=one.response_headers is not None)

    def _explain_silence(self, one: Recorded) -> str:
        if one.cached or (one.response_headers or {}).get("age", "0") != "0":
            return CACHED
        if one.status == 0:
            return SILENT
        if 300 <= one.status < 400:
            return REDIRECTED
        return BY_GATEWAY if one.status in GATEWAY else ""

    def _match(self, one: Recorded) -> Exchange | None:
        """Return the exchange, if it is a call of an operation at the deployment."""
        try:
            parts, origin = urlsplit(one.url), get_origin(one.url)
        except ValueError:
            parts, origin = urlsplit(""), ("", "", 0)
        known = False
        for operation_id, pattern in self._patterns.items():
            found = pattern.fullmatch(parts.path) if parts.scheme in ("http", "https") else None
            if found is None:
                continue
            base = f"{parts.scheme}://{get_host(one.url)}{found[1]}"
            self.base_url = self.base_url or base
            here = get_origin(self.base_url) == origin
            if not here or urlsplit(self.base_url).path.rstrip("/") != found[1]:
                self.others[base] += 1
                break
            known = True
            if self.document.operations[operation_id].method == one.method:
                names = re.findall(r"\{([^{}]+)\}", self.document.operations[operation_id].path)
                texts = map(unquote, found.groups()[1:])
                arguments = dict(zip(names, texts, strict=True))
                return _make_exchange(one, operation_id, arguments, base, self._headers)
        self.left[OTHER_METHOD if known else ELSEWHERE] += 1
        return None

    def describe(self, name: str) -> str:
        """Say what of the recording *name* was judged, and what was left alone."""
        left = ", ".join(f"{number:,} {why}" for why, number in self.left.most_common())
        text = f"{self.judged:,} recorded exchanges of {name}"
        if self.bodiless:
            text += f" ({self.bodiless:,} of them without a body, by their status only)"
        if left:
            text += f"; left alone: {left}"
        if self.others:
            bases = ", ".join(base for base, _ in self.others.most_common(3))
            text += f"; the API seems to be at {bases} as well (--base-url selects one)"
        return text


def _is_decoded(one: Recorded) -> bool:
    """Tell whether the body is what a client reads: some recorders keep it compressed."""
    coding = (one.response_headers or {}).get("content-encoding", "identity")
    try:
        (one.body or b"").decode() if coding != "identity" else None
    except UnicodeDecodeError:
        return False
    return True


def _make_exchange(
    one: Recorded,
    operation_id: str,
    arguments: Mapping[str, str],
    base: str,
    headers: Collection[str],
) -> Exchange:
    parts = urlsplit(one.url)
    return Exchange(
        method=one.method,
        url=parts._replace(netloc=get_host(base), fragment="").geturl(),
        headers={n: v for n, v in one.headers.items() if n in headers},
        status=one.status,
        response_headers={
            n: v for n, v in (one.response_headers or {}).items() if n in RESPONSE_HEADERS
        },
        body=one.body or b"",
        operation=operation_id,
        arguments=arguments,
        sent=one.sent,
        received=one.received,
    )
