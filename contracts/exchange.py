"""One request and its answer, and the form of it that may be shown."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

from contracts.excerpt import Excerpt

SHOWN_BODY = 2_000
"""How many characters of a body evidence keeps."""

DISTINCT = 6
"""A key shorter than this is taken out only where it stands as a word of its own."""

NOT_JSON = object()
"""Stands for the JSON of a body that is none."""


@dataclass(frozen=True)
class Exchange:
    """A request as it left this process and what came back; laws read it, reports never see it."""

    method: str
    url: str
    headers: Mapping[str, str]
    status: int | None
    """None when no answer came; `error` says why."""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None
    operation: str | None = None
    """The operationId of the request, if it is one of the contract."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """The path parameters, decoded."""
    sent: float = 0.0
    received: float = 0.0
    """Seconds on a monotonic clock."""
    waits: int = 0
    """How often the deployment asked to wait (429, 503) before this answer."""
    uncertain: bool = False
    """An earlier try of this request may have been carried out already."""

    @cached_property
    def json(self) -> Any:
        """Return the body as JSON, or NOT_JSON; a value that Python's reader adds is none."""
        try:
            return json.loads(self.body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return NOT_JSON

    @property
    def media_type(self) -> str:
        """Return the media type of the answer without its parameters."""
        return self.answer_headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def data(self) -> Any:
        """Return what the envelope holds, or None."""
        return self.json.get("data") if isinstance(self.json, dict) else None

    @property
    def job(self) -> dict[str, Any]:
        """Return the one record in the envelope, or an empty one."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """Return the records in the envelope."""
        if not isinstance(self.data, list):
            return []
        return [job for job in self.data if isinstance(job, dict)]


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON (RFC 8259 §6)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exchange as reports show it: no key in it."""

    method: str
    url: str
    headers: Mapping[str, str]
    status: int | None
    answer_headers: Mapping[str, str]
    body: str
    error: str | None
    seconds: float
    curl: str
    excerpts: tuple[Excerpt, ...] = ()
    """The parts of the answer that a breach is about."""
    listed: str = ""
    """Which records the answer holds, in words, if it is a list."""
    times: int = 1
    """How often in a row the request was sent and answered alike."""

    def as_curl(self) -> str:
        """Return the command that repeats the request; the key comes from the environment."""
        return self.curl


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes the keys out of what is shown; each key has the shell variable that stands for it."""

    variables: Mapping[str, str]
    """Key to variable, such as `$CONTRACTS_API_KEY`."""

    def text(self, text: str) -> str:
        """Return *text* without any of the keys, however they are spelled."""
        for key, variable in self.variables.items():
            for spelled in _spellings(key):
                pattern = re.escape(spelled)
                pattern = pattern if len(key) >= DISTINCT else rf"\b{pattern}\b"
                text = variable.join(re.split(pattern, text, flags=re.IGNORECASE))
        return text

    def authorization(self, value: str) -> str:
        """Return the header as a shell can make it again, or as much of it as may be shown."""
        scheme, _, given = value.partition(" ")
        for key, variable in self.variables.items():
            if given in self._variants(key, variable):
                return f"{scheme} {self._variants(key, variable)[given]}".strip()
        if not given:
            return self.text(value)
        near = any(
            given.lower() in key.lower() or key.lower() in given.lower() for key in self.variables
        )
        return f"{scheme} [redacted]" if near else self.text(value)

    @staticmethod
    def _variants(key: str, variable: str) -> dict[str, str]:
        """Map what the laws on keys send to the shell's way of saying it."""
        name = variable.removeprefix("$")
        return {
            key: variable,
            key[:-1]: f"${{{name}%?}}",
            key[1:]: f"${{{name}#?}}",
            f"{key}x": f"${{{name}}}x",
            f"x{key}": f"x${{{name}}}",
            key.swapcase(): f"$(echo ${name} | tr 'a-zA-Z' 'A-Za-z')",
        }

    def evidence(self, exchange: Exchange) -> Evidence:
        """Return *exchange* as it may be shown."""
        headers = {
            name: self.authorization(value) if name.lower() == "authorization" else self.text(value)
            for name, value in exchange.headers.items()
        }
        answer = {name: self.text(value) for name, value in exchange.answer_headers.items()}
        body = self.text(exchange.body.decode("utf-8", "replace"))
        if len(body) > SHOWN_BODY:
            body = f"{body[:SHOWN_BODY]}... ({len(exchange.body)} bytes)"
        url = self.text(exchange.url)
        return Evidence(
            method=exchange.method,
            url=url,
            headers=headers,
            status=exchange.status,
            answer_headers=answer,
            body=body,
            error=exchange.error and self.text(exchange.error),
            seconds=exchange.received - exchange.sent,
            curl=_curl(exchange.method, url, headers),
        )


def _spellings(key: str) -> list[str]:
    """Return *key* as a deployment may echo it, the longest first."""
    octets = key.encode()
    # Within something longer, the octets before decide which of three forms base64 gives a key;
    # of each, the middle part depends on the key alone.
    coded = [b64encode(b"x" * skip + octets).decode()[4 if skip else 0 : -4] for skip in (0, 1, 2)]
    spelled = {key, quote(key, safe=""), quote_plus(key), json.dumps(key)[1:-1], escape(key)}
    spelled |= {b64encode(octets).decode(), *(code for code in coded if len(code) >= DISTINCT)}
    return sorted(spelled, key=len, reverse=True)


QUIET = frozenset({"user-agent", "accept-encoding", "accept", "connection", "content-length"})
"""Headers that any client sends: a curl script is clearer without them."""


def _curl(method: str, url: str, headers: Mapping[str, str]) -> str:
    words = ["curl", "-i"]
    if method == "HEAD":
        words.append("--head")
    elif method != "GET":
        words += ["-X", shlex.quote(method)]
    for name, value in headers.items():
        if name.lower() in QUIET:
            continue
        line = f"{name}: {value}"
        # Double quotes let the shell fill in the variable; nothing else in the line may act there.
        words += [
            "-H",
            f'"{line}"' if "$CONTRACTS" in line or "${CONTRACTS" in line else shlex.quote(line),
        ]
    return " ".join([*words, shlex.quote(url)])
