"""A wrong address is not a broken API: what the first list has to look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.contract.document import Document
from contracts.engine.events import RunFinished
from contracts.engine.runner import Settings, runner
from contracts.laws import catalogue
from contracts.selftest.messages import Answer, Request
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Manner
from contracts.selftest.world import KEY, PROJECT, target
from contracts.target import Effects, Target

Serve = Callable[..., str]

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Raw(Miniature):
    """Sends a body of octets as it is."""

    def encode(self, answer: Answer) -> tuple[bytes, str]:
        """Return the body as it is sent, and its media type."""
        if isinstance(answer.body, bytes):
            return answer.body, ""
        return super().encode(answer)


def end(serve: Serve, contract: Document, answer: Callable[[Request], Answer | None]) -> Any:
    """Judge what answers so by a few laws, and return the end of the run."""
    url = f"{serve(Raw, manner=Manner(before=answer), jobs=3)}"
    registry = catalogue.registry(contract, generated=False).select(
        ["AUTH-01", "EXCH-0*", "PAGE-14"]
    )
    *_, last = runner(target(url, Effects.NONE), contract, registry, Settings()).events()
    assert isinstance(last, RunFinished)
    return last


def always(answer: Answer) -> Callable[[Request], Answer | None]:
    """Return what gives one answer to everything."""
    return lambda _: answer


def keyed(answer: Answer) -> Callable[[Request], Answer | None]:
    """Return what gives one answer to calls with the key, and 401 to others."""
    return lambda request: answer if "authorization" in request.headers else Answer(401)


def page(title: str, status: int = 200) -> Answer:
    """Return a page for people."""
    return Answer(status, f"<html><title>{title}</title>".encode(), HTML)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404, b"404 page not found", {"Content-Type": "text/plain"}), "404 (text/plain"),
        (page("Nothing here", 404), "whether a path prefix is missing"),
        (page("Sign in"), "200 (text/html, a page called 'Sign in'): that is no list of jobs"),
        (page("Bad gateway", 502), "the API behind it does not"),
        (Answer(504), "504 (no body): a gateway answers"),
        (Answer(500), "500 (no body), and the same without the key"),
        (Answer(400), "400 (no body), and the same without the key"),
        (Answer(200, {"status": "ok"}), 'begins \'{"status": "ok"}\'): that is no list of jobs'),
        (Answer(200, {"status": "ok", "description": "fine", "errors": None}), "no list of jobs"),
        (Answer(200, b"[]", JSON), "and the same without the key"),
        (Answer(200, b"{", JSON), "and the same without the key"),
        (Answer(204), "204 (no body): that is no list of jobs"),
        (Answer(301), "redirects without saying where"),
        (Answer(302, None, {"Location": "http://["}), "is no URL"),
        (Answer(401, None, {"WWW-Authenticate": 'Basic realm="x"'}), "asks for Basic credentials"),
        (Answer(403), "does not know key and project"),
        (Answer(503, None, {"Retry-After": "0"}), "got 503 each time"),
    ],
)
def test_what_is_not_the_api_is_not_judged(
    serve: Serve, contract: Document, answer: Answer, said: str
) -> None:
    """A wrong prefix, a login, a gateway: exit 3, with what came and what to look at."""
    last = end(serve, contract, always(answer))

    assert (last.exit_code, dict(last.verdicts)) == (3, {})
    assert said in last.trouble


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://{host}{path}", "give --base-url https://{host} "),
        ("/v2/api{path}", "give --base-url http://{host}/v2/api "),
        ("https://me:word@login.example.com/in?code=4711#x", "https://login.example.com/in?..., "),
    ],
)
def test_a_redirect_says_where_it_leads_and_nothing_secret(
    serve: Serve, contract: Document, location: str, said: str
) -> None:
    """The right base URL is told where it can be known; users, queries and fragments are not."""

    def redirect(request: Request) -> Answer:
        """Redirect as the table says."""
        place = {"host": request.headers["host"], "path": request.path}
        hosts.append(place["host"])
        return Answer(302, None, {"Location": location.format(**place)})

    hosts: list[str] = []
    last = end(serve, contract, redirect)

    assert last.exit_code == 3
    assert said.format(host=hosts[0]) in f"{last.trouble} "
    assert "word" not in last.trouble
    assert "4711" not in last.trouble
    assert len(hosts) == 1, "a redirect was followed"


def test_a_project_that_is_not_known_is_told_from_a_wrong_path(
    serve: Serve, contract: Document
) -> None:
    """Where a call without the key is refused, the API is there and the project is not."""
    last = end(serve, contract, keyed(Answer(404)))

    assert last.exit_code == 3
    assert f"look at --project-key ({PROJECT})" in last.trouble


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"oops"),
        Answer(400, {"error": "limit is required"}),
        Answer(200, {"data": None}),
        Answer(200, {"data": {"jobs": []}}),
        Answer(200, b"{'data': []}", JSON),
        Answer(200, b"", JSON),
        Answer(200, []),
    ],
)
def test_a_list_that_is_merely_broken_is_judged(
    serve: Serve, contract: Document, answer: Answer
) -> None:
    """What refuses a call without the key is the API, and its list is broken."""
    last = end(serve, contract, keyed(answer))

    assert (last.exit_code, last.trouble) == (1, "")


JOB = {"jobId": 1, "status": "failed", "projectId": 1, "createdAt": 5, "updatedAt": None}


@pytest.mark.parametrize("body", [[JOB], {"jobs": [JOB]}, {"data": {"items": [JOB]}}])
def test_jobs_in_another_envelope_are_judged(
    serve: Serve, contract: Document, body: object
) -> None:
    """Whatever shows jobs is the API, also if it asks for no key."""
    last = end(serve, contract, always(Answer(200, body)))

    assert last.exit_code == 1


def test_a_healthy_deployment_is_not_asked_twice(serve: Serve, contract: Document) -> None:
    """The second call is made only where the first leaves a doubt."""
    got: list[Request] = []
    run = runner(
        target(serve(manner=Manner(before=got.append)), Effects.NONE),
        contract,
        catalogue.registry(contract, generated=False),
        Settings(),
    )

    assert run.trouble() == ""
    assert len(got) == 1


def test_no_key_is_in_what_is_said(serve: Serve, contract: Document) -> None:
    """A login that is handed the key in its address gives it away to nobody."""
    back = Answer(302, None, {"Location": f"https://login.example.com/{KEY}"})
    url = serve(manner=Manner(before=always(back)))
    registry = catalogue.registry(contract, generated=False)
    *_, last = runner(Target(url, PROJECT, KEY), contract, registry, Settings()).events()

    assert KEY not in repr(last)
    assert "${CONTRACTS_API_KEY}" in repr(last)
