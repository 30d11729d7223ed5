"""What may leave this process: the effects guard, below everything that speaks HTTP.

The rules of `--effects own`, where real jobs are at stake: a job may be made for a user whose
name this run made up. A cancel may leave for a jobId that this run got from making a job in that
project, or for one that the project answered 404 to and that no sequence will reach during the
run: it is below an own jobId of the same project, or above 2^62. A jobId that is not an integer
may leave if even a careless reader finds no integer but an own jobId in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import unquote, urlsplit

import requests

from contracts.contract.document import Document
from contracts.http.exchange import Exchange
from contracts.target import Effects, Target, get_origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110 §9.2.1, without TRACE, which some servers take for something else."""

BEYOND = 2**62
"""No deployment has given out a jobId as high as this."""

OVERRIDES = re.compile(r"x-(http-)?method(-override)?", re.IGNORECASE)
"""Headers with which some frameworks let a GET act as another method."""


class Refused(requests.exceptions.RequestException):
    """The effects guard kept a request from leaving."""


@dataclass
class Guard:
    """Decides which requests may leave, and learns from answers which jobs are this run's own."""

    target: Target
    document: Document
    synthetic: str
    """What the names of this run's users start with."""
    refused: int = 0
    _own: dict[str, set[int]] = field(default_factory=dict)
    _unknown: dict[str, set[int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def admit(self, request: requests.PreparedRequest) -> None:
        """Return if *request* may leave, and raise Refused if it may not."""
        trouble = self._explain_refusal(
            (request.method or "").upper(), request.url or "", list(request.headers)
        )
        if trouble is not None:
            with self._lock:
                self.refused += 1
            raise Refused(f"not sent: {trouble}")

    def learn(self, exchange: Exchange) -> None:
        """Remember which jobs are own, and which jobIds a project does not have."""
        project = exchange.arguments.get("projectKey", "")
        made = exchange.operation == self.document.make_id and exchange.status == 200
        job_id = exchange.job.get("jobId")
        # The user of the job, and not that of the request: a server may have read another one.
        ours = str(exchange.job.get(self.document.conflict.key)).startswith(self.synthetic)
        if made and ours and type(job_id) is int:
            with self._lock:
                self._own.setdefault(project, set()).add(job_id)
        if exchange.operation == self.document.read_id and exchange.status == 404:
            text = exchange.arguments.get("jobId", "")
            if re.fullmatch(r"\d{1,20}", text, re.ASCII):
                with self._lock:
                    self._unknown.setdefault(project, set()).add(int(text))

    def adopt(self, project: str, job_id: int) -> None:
        """Take a job that the user's driver made over as this run's own."""
        with self._lock:
            self._own.setdefault(project, set()).add(job_id)

    def get_own(self, project: str) -> frozenset[int]:
        """Return the jobs that this run made in *project*."""
        with self._lock:
            return frozenset(self._own.get(project, ()))

    def list_own(self) -> list[tuple[str, int]]:
        """Return (project, jobId) of each job that this run made."""
        with self._lock:
            return sorted(
                (project, job_id) for project in self._own for job_id in self._own[project]
            )

    def _explain_refusal(self, method: str, url: str, headers: list[str]) -> str | None:
        if get_origin(url) != self.target.origin:
            return f"{url} is not the deployment"
        if self.target.effects is Effects.ANY:
            return None
        if any(OVERRIDES.fullmatch(name) for name in headers) or "_method=" in url:
            return "it asks for another method than its own"
        if method in SAFE:
            return None
        if self.target.effects is Effects.NONE:
            return f"{method} could change something, and --effects is none"
        return self._explain_refusal_of_own(method, url)

    def _explain_refusal_of_own(self, method: str, url: str) -> str | None:
        path = urlsplit(url).path
        if not path.startswith(self.target.prefix + "/"):
            return f"{path} is not a path of the contract"
        path = path.removeprefix(self.target.prefix)
        operation = self.document.match(method, path)
        if operation is None:
            return f"{method} {path} is not an operation of the contract"
        arguments = operation.parse_arguments(path) or {}
        user = arguments.pop(self.document.conflict.parameter, "")
        if any(re.search(r"[/\\%\x00-\x1f]", text) for text in arguments.values()):
            return "a part of its path could be read as another path"
        if operation.id == self.document.make_id:
            return None if self._names_own(user) else "the user is not of this run"
        project, text = arguments["projectKey"], unquote(arguments["jobId"])
        return None if self._is_cancellable(project, text) else f"job {text} is not of this run"

    def _names_own(self, user: str) -> bool:
        """Tell whether *user* is of this run, also if a server resolves it as a path.

        Between two slashes stands a name of this run or a dot segment, and two dots take back
        none but such a name (RFC 3986 §5.2.4).
        """
        depth, parts = 0, user.split("/")
        for part in parts:
            depth += {".": 0, "..": -1}.get(part, 1)
            if depth < 0 or not (part in (".", "..") or part.startswith(self.synthetic)):
                return False
        odd = re.search(r"[\\%\x00-\x1f]", user)
        return not odd and parts[-1].startswith(self.synthetic)

    def _is_cancellable(self, project: str, text: str) -> bool:
        own = self.get_own(project)
        with self._lock:
            unknown = frozenset(self._unknown.get(project, ()))
        if re.fullmatch(r"\d{1,30}", text, re.ASCII):
            number = int(text)
            passed = number > BEYOND or number < max(own, default=0)
            return number in own or (number in unknown and passed)
        if not re.search(r"\d", text):
            return re.fullmatch(r"[A-Za-z]+", text) is not None
        careless = re.fullmatch(r"(\d+)(\.\d|[A-Za-z]+)", text, re.ASCII)
        return careless is not None and int(careless[1]) in own
