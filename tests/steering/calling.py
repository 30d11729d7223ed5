"""A client of the jobs API, as a client under test would use it."""

import requests

from mockserver.client import World


class Caller:
    """Calls the jobs API with the key of a world."""

    def __init__(self, world: World) -> None:
        self._origin = world.base_url
        self.project = world.project_key
        self.key: str | None = world.api_key

    def call(self, method: str, rest: str, project: str | None = None) -> requests.Response:
        """Send a request for a path below the project."""
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        url = f"{self._origin}/public/{project or self.project}/{rest}"
        return requests.request(method, url, headers=headers, timeout=60)

    def get(self, job_id: int) -> requests.Response:
        """Read a job."""
        return self.call("GET", f"jobs/{job_id}")

    def cancel(self, job_id: int) -> requests.Response:
        """Cancel a job."""
        return self.call("DELETE", f"jobs/{job_id}")

    def status(self, job_id: int) -> str:
        """Return the status of a job that must be there."""
        answer = self.get(job_id)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["status"])
