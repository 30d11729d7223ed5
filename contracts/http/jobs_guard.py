"""What `--effects own` lets through to a deployment of the jobs API, where real jobs are at stake.

A job may be made for a user whose name this run made up. A cancel may leave for a jobId that this
run got from making a job in that project, or for one that the project answered 404 to and that no
sequence will reach during the run: it is below an own jobId of the same project, or above 2^62. A
jobId that is not an integer may leave if even a careless reader finds no integer but an own jobId
in it.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from contracts.contract.document import Document
from contracts.http.exchange import Exchange
from contracts.http.guard import Guard

BEYOND = 2**62
"""No deployment has given out a jobId as high as this."""


class JobsGuard(Guard[Document]):
    """Lets jobs of users be made whose names this run made up, and only those be cancelled."""

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
        own = {key for key in self.get_own(project) if isinstance(key, int)}
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
