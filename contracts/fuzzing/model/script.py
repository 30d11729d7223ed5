"""A sequence of calls as a shell script that repeats it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from contracts.http.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a sequence."""

    what: str
    exchange: Exchange
    made: int | None = None
    """The job that the call made."""
    user: str | None = None
    """The user that the call deletes."""


def write_script(title: str, outcome: str, base_url: str, steps: Sequence[Step]) -> str:
    """Return *steps* as commands for a shell; what a step makes, later ones use.

    A job that is made again has another number, and needs a user that has no job yet: both are
    variables of the script. The key is read from the environment.
    """
    lines = [
        "#!/bin/sh",
        f"# {title}",
        *(f"# {line}" for line in outcome.splitlines()),
        f': "${{BASE_URL:={base_url.rstrip("/")}}}" "${{CONTRACTS_API_KEY:?}}"',
    ]
    names: dict[str, str] = {}
    for number, step in enumerate(steps, 1):
        lines += ["", f"# {number}. {step.what}: {step.exchange.status}"]
        lines += _write_command(step, base_url.rstrip("/"), names)
    return "\n".join([*lines, ""])


def _write_command(step: Step, base_url: str, names: dict[str, str]) -> Iterator[str]:
    """Write one step; *names* maps parts of a path to the variables that stand for them."""
    if step.user is not None and quote(step.user, safe="") not in names:
        variable = f"user{sum(name.startswith('$user') for name in names.values()) + 1}"
        names[quote(step.user, safe="")] = f"${variable}"
        yield f'{variable}="contracts-repeat-$$-{variable}@example.invalid"'
    path = step.exchange.url.removeprefix(base_url)
    for part, variable in names.items():
        path = _replace_last(path, part, variable)
    method = "" if step.exchange.method == "GET" else f" -X {step.exchange.method}"
    call = f'curl -sS{method} -H "Authorization: Bearer $CONTRACTS_API_KEY" "$BASE_URL{path}"'
    if step.made is None:
        yield f"{call}; echo"
        return
    job = f"job{sum(name.startswith('$job') for name in names.values()) + 1}"
    names[str(step.made)] = f"${job}"
    yield f'answer=$({call}); echo "$answer"'
    yield f'{job}=$(echo "$answer" | sed -n \'s/.*"jobId": *\\([0-9]*\\).*/\\1/p\')'


def _replace_last(path: str, part: str, variable: str) -> str:
    """Put *variable* where *part* is the last step of the path."""
    head, slash, tail = path.rpartition("/")
    return f"{head}{slash}{variable}" if tail == part else path
