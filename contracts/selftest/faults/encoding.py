"""Faults in how a body is written, whatever it says."""

from __future__ import annotations

from contracts.selftest.messages import Response
from contracts.selftest.miniature import Job, Miniature


class WritesAByteOrderMark(Miniature):
    """A body begins with a byte order mark."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        body, media_type = super().encode(response)
        return b"\xef\xbb\xbf" * (response.status == 200) + body, media_type


class WritesUtf16(Miniature):
    """The body of a list is in UTF-16."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        body, media_type = super().encode(response)
        many = isinstance(response.body, dict) and isinstance(response.body.get("data"), list)
        return body.decode().encode("utf-16") if many else body, media_type


class NamesACodingThatIsNotThere(Miniature):
    """A job is said to be compressed, and is not."""

    def get_job(self, job: Job) -> Response:
        return Response(200, super().get_job(job).body, {"Content-Encoding": "gzip"})


class NamesACodingThatNobodyAskedFor(Miniature):
    """A job is said to be in br, which was not asked for, and is not."""

    def get_job(self, job: Job) -> Response:
        return Response(200, super().get_job(job).body, {"Content-Encoding": "br"})


class SaysTheStatusTwice(Miniature):
    """A job has its status twice."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        body, media_type = super().encode(response)
        return body.replace(b'"status":', b'"status": "scheduled", "status":'), media_type


class NestsTooDeep(Miniature):
    """A job that is read has a member that is nested a hundred levels deep."""

    def get_job(self, job: Job) -> Response:
        deep: list[object] = []
        for _ in range(100):
            deep = [deep]
        return Response(200, self.wrap_data({**self.show(job), "more": deep}))
