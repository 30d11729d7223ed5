"""The form of an exchange that may be shown: no key in it, and nothing that was made of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.http import curl
from contracts.http.excerpt import Excerpt
from contracts.http.exchange import Exchange
from contracts.http.multipart import list_parts
from contracts.http.secret_patterns import (
    SecretPattern,
    compile_base64_patterns,
    compile_text_pattern,
)
from contracts.target import Target
from contracts.target.credentials import Key

SHOWN_BODY = 2_000
"""How many characters of a body evidence keeps."""

LONGEST_TEXT = 20_000
"""How many characters of anything else are looked at and shown."""

DISTINCT = 6
"""A key shorter than this is replaced only where it is a word of its own."""

SHORTEST = 3
"""What was made of a key and is shorter than this is hidden in the header that is sent alone."""

MARGIN = 12
"""Up to this many characters represent one where a body escapes it."""

COOKIE = re.compile(r"((?:^|[,;] ?)[!#$%&'*+.^_`|~0-9A-Za-z-]+=)([^;,]*)")
ATTRIBUTES = frozenset({"expires", "max-age", "domain", "path", "samesite", "priority", "version"})

HIDDEN = "[redacted]"


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exchange as reports show it: no key in it."""

    method: str
    url: str
    headers: Mapping[str, str]
    status: int | None
    response_headers: Mapping[str, str]
    body: str
    error: str | None
    seconds: float
    curl: str
    excerpts: tuple[Excerpt, ...] = ()
    """The parts of the response that a violation is about."""
    listed: str = ""
    """Which records the response shows, in words, if it shows any."""
    times: int = 1
    """How often in a row the request was sent and answered alike."""

    def as_curl(self) -> str:
        """Return the command that repeats the request; the key comes from the environment."""
        return self.curl


@dataclass(frozen=True)
class Redactor:
    """Takes out of what is shown the keys, what was made of them, and other secrets."""

    keys: Sequence[Key]
    secrets: Sequence[str] = ()
    """What has no variable, such as the password of a proxy."""

    @classmethod
    def of(cls, target: Target) -> Redactor:
        """Return the one of a run over *target*: all that the run shows goes through it."""
        return cls(target.keys, target.secrets)

    def redact(self, text: str) -> str:
        """Return *text*, not too much of it, without any of the keys, however they are spelled."""
        if len(text) > LONGEST_TEXT:
            text = f"{text[:LONGEST_TEXT]}... ({len(text)} characters)"
        return "".join(secret or plain for plain, secret in self._cut(text))

    def redact_counts(self, counts: Mapping[str, int]) -> Mapping[str, int]:
        """Return *counts* with names that may be shown."""
        found: Counter[str] = Counter()
        for name, number in counts.items():
            found[self.redact(name)] += number
        return dict(found)

    def redact_header(self, name: str, value: str) -> str:
        """Return the value of a header as it may be shown."""
        if name.lower() in ("cookie", "set-cookie"):
            value = COOKIE.sub(_redact_cookie, value)
        return "".join(secret or plain for plain, secret in self._cut_header(name, value))

    def make_evidence(self, exchange: Exchange) -> Evidence:
        """Return *exchange* as it may be shown."""
        response = exchange.response_headers.items()
        return Evidence(
            method=exchange.method,
            url=self.redact(exchange.url),
            headers={
                name: self.redact_header(name, value) for name, value in exchange.headers.items()
            },
            status=exchange.status,
            response_headers={
                self.redact(name): self.redact_header(name, value) for name, value in response
            },
            body=self._redact_body(exchange.body),
            error=exchange.error and self.redact(exchange.error),
            seconds=exchange.received - exchange.sent,
            curl=self._render_command(exchange),
        )

    def _render_command(self, exchange: Exchange) -> str:
        parts = list_parts(exchange)
        quiet = {*curl.QUIET, "content-type"} if parts else curl.QUIET
        body = "" if parts else exchange.request_text
        return curl.render_command(
            exchange.method,
            list(self._cut(exchange.url)),
            [
                [(f"{name}: ", ""), *self._cut_header(name, value)]
                for name, value in exchange.headers.items()
                if name.lower() not in quiet
            ],
            list(self._cut(body)) if body else (),
            form=[(one.option, list(self._cut(one.word))) for one in parts],
        )

    def _redact_body(self, body: bytes) -> str:
        """Return the beginning of *body*; a key that the cut goes through is not in it."""
        margin = MARGIN * max((len(key.text) for key in self.keys), default=0)
        given = body[: 4 * (SHOWN_BODY + margin)].decode("utf-8", "replace")
        shown = self.redact(given[: SHOWN_BODY + margin])
        if len(given) <= SHOWN_BODY and len(shown) <= SHOWN_BODY:
            return shown
        return f"{shown[: min(SHOWN_BODY, max(len(shown) - margin, 0))]}... ({len(body)} bytes)"

    def _cut_header(self, name: str, value: str) -> Iterator[tuple[str, str]]:
        """Go through *value*; what a law made of a key is found here however short it is."""
        if name.lower() in ("cookie", "set-cookie"):
            value = COOKIE.sub(_redact_cookie, value)
        scheme, space, given = value.partition(" ")
        if name.lower() == "authorization" and given in self._shells:
            return iter([(scheme + space, ""), ("", self._shells[given])])
        return self._cut(value)

    def _cut(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut *text* in pieces: (plain text, "") and ("", replacement of a secret)."""
        done = 0
        for start, end, shell in self._find(text):
            if start < done:  # two secrets that run into each other are hidden as one
                done = max(done, end)
                continue
            yield text[done:start], ""
            yield "", self._shells.get(text[start:end], shell)
            done = end
        rest = text[done:]
        cut = self._find_cut_off(rest)
        yield rest[:cut], ""
        if cut < len(rest):
            yield "", HIDDEN

    def _find(self, text: str) -> list[tuple[int, int, str]]:
        """Return where secrets are, the longest first of those that begin at one place."""
        found = [
            (start, end, shown)
            for pattern, shown in self._secret_patterns
            for start, end in pattern.find_spans(text)
        ]
        return sorted(found, key=lambda one: (one[0], -one[1]))

    def _find_cut_off(self, text: str) -> int:
        """Return where a key begins that the end of *text* cuts off, or the length of *text*."""
        bare = text.rstrip("'\") .\u2026").lower()
        for key in self.keys:
            for length in range(len(key.text) - 1, DISTINCT - 1, -1):
                if bare.endswith(key.text[:length].lower()):
                    return len(bare) - length
        return len(text)

    @cached_property
    def _shells(self) -> Mapping[str, str]:
        return {one.text: one.shell for key in reversed(self.keys) for one in key.all}

    @cached_property
    def _secret_patterns(self) -> list[tuple[SecretPattern, str]]:
        """Return each secret as it may be spelled, and its replacement unless it is exact."""
        found: list[tuple[SecretPattern, str]] = []
        for key in self.keys:
            shell, core = key.whole.shell, key.text[1:-1]
            encoded = (key.as_user, *((key.as_pair,) if ":" in key.text else ()))
            texts = [one.text for one in (key.whole, *key.shortened, *encoded)]
            found += [
                (compile_text_pattern(text, as_word=len(text) < DISTINCT), shell)
                for text in texts
                if len(text) >= SHORTEST or text == key.text
            ]
            cases = {core, core.swapcase(), core.lower(), core.upper()}
            cases |= {one.text[:-4] for one in encoded}
            for case in sorted(cases):
                found += [(piece, HIDDEN) for piece in compile_base64_patterns(case)]
        return found + [
            (compile_text_pattern(secret, as_word=len(secret) < DISTINCT), HIDDEN)
            for secret in self.secrets
        ]


def _redact_cookie(match: re.Match[str]) -> str:
    name = match[1].strip(",; =").lower()
    return match[0] if name in ATTRIBUTES else f"{match[1]}{HIDDEN}"
