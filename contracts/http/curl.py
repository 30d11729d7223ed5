"""A request as a command that a shell runs: what is secret in it comes from the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

QUIET = frozenset({"user-agent", "accept-encoding", "accept", "connection", "content-length"})
"""Headers that any client sends: a curl script is clearer without them."""

Part = tuple[str, str]
"""(plain text, "") or ("", what a shell makes a secret of, within double quotes)."""


def render_command(
    method: str,
    url: Sequence[Part],
    headers: Iterable[Sequence[Part]],
    body: Sequence[Part] = (),
    form: Iterable[tuple[str, Sequence[Part]]] = (),
) -> str:
    """Return the command that sends a request; *headers* are whole lines.

    A *form* of several parts is given by the option for each part, and what the option says.
    """
    words = ["curl", "-i"]
    if method == "HEAD":
        words.append("--head")
    elif method != "GET":
        words += ["-X", shlex.quote(method)]
    for header in headers:
        words += ["-H", render_word(header)]
    if body:
        words += ["--data-raw", render_word(body)]
    for option, part in form:
        words += [option, render_word(part)]
    return " ".join([*words, render_word(url)])


def render_word(parts: Sequence[Part]) -> str:
    """Return *parts* as one word; only the replacement of a secret is expanded by a shell."""
    if not any(secret for _, secret in parts):
        return shlex.quote("".join(plain for plain, _ in parts))
    return f'"{"".join(secret or _escape(plain) for plain, secret in parts)}"'


def _escape(plain: str) -> str:
    """Return *plain* for use within double quotes; an interactive shell expands `!` even there."""
    return re.sub(r'(["\\$`])', r"\\\1", plain).replace("!", "\"'!'\"")
