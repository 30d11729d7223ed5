"""A wrong address is not a broken API: what the first list has to look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.contract.document import Document
from contracts.engine.events import RunFinished
from contracts.engine.runner import Settings, create_runner
from contracts.laws import catalogue
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from contracts.selftest.world import KEY, PROJECT, create_target
from contracts.target import Effects, Target

Serve = Callable[..., str]

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Raw(Miniature):
    """Sends a body of octets as it is."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        """Return the body as it is sent, and its media type."""
        if isinstance(response.body, bytes):
            return response.body, ""
        return super().encode(response)


def end(serve: Serve, contract: Document, response: Callable[[Request], Response | None]) -> Any:
    """Judge what answers so by a few laws, and return the end of the run."""
    url = f"{serve(Raw, transmission=Transmission(before=response), jobs=3)}"
    registry = catalogue.create_registry(contract, generated=False).select(
        ["AUTH-01", "EXCH-0*", "PAGE-14"]
    )
    *_, last = create_runner(
        create_target(url, Effects.NONE), contract, registry, Settings()
    ).stream_events()
    assert isinstance(last, RunFinished)
    return last


def always(response: Response) -> Callable[[Request], Response | None]:
    """Return what gives one answer to everything."""
    return lambda _: response


def keyed(response: Response) -> Callable[[Request], Response | None]:
    """Return what gives one answer to calls with the key, and 401 to others."""
    return lambda request: response if "authorization" in request.headers else Response(401)


def page(title: str, status: int = 200) -> Response:
    """Return a page for people."""
    return Response(status, f"<html><title>{title}</title>".encode(), HTML)


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(404, b"404 page not found", {"Content-Type": "text/plain"}), "404 (text/plain"),
        (page("Nothing here", 404), "whether a path prefix is missing"),
        (page("Sign in"), "200 (text/html, a page called 'Sign in'): that is not a list of jobs"),
        (page("Bad gateway", 502), "the API behind it does not"),
        (Response(504), "504 (no body): a gateway answers"),
        (Response(500), "500 (no body), and the same without the key"),
        (Response(400), "400 (no body), and the same without the key"),
        (Response(200, {"status": "ok"}), '{"status": "ok"}\'): that is not a list of jobs'),
        (Response(200, {"status": "ok", "description": "fine", "errors": None}), "not a list of"),
        (Response(200, b"[]", JSON), "and the same without the key"),
        (Response(200, b"{", JSON), "and the same without the key"),
        (Response(204), "204 (no body): that is not a list of jobs"),
        (Response(301), "redirects without saying where"),
        (Response(302, None, {"Location": "http://["}), "is not a URL"),
        (
            Response(401, None, {"WWW-Authenticate": 'Basic realm="x"'}),
            "asks for Basic credentials",
        ),
        (Response(403), "does not know key and project"),
        (Response(503, None, {"Retry-After": "0"}), "got 503 each time"),
    ],
)
def test_what_is_not_the_api_is_not_judged(
    serve: Serve, contract: Document, response: Response, said: str
) -> None:
    """A wrong prefix, a login, a gateway: exit 3, with what came and what to look at."""
    last = end(serve, contract, always(response))

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
    """The right base URL is named where it can be known; users, queries and fragments are not."""

    def redirect(request: Request) -> Response:
        """Redirect as the table says."""
        place = {"host": request.headers["host"], "path": request.path}
        hosts.append(place["host"])
        return Response(302, None, {"Location": location.format(**place)})

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
    last = end(serve, contract, keyed(Response(404)))

    assert last.exit_code == 3
    assert f"look at --project-key ({PROJECT})" in last.trouble


@pytest.mark.parametrize(
    "response",
    [
        Response(500, b"oops"),
        Response(400, {"error": "limit is required"}),
        Response(200, {"data": None}),
        Response(200, {"data": {"jobs": []}}),
        Response(200, b"{'data': []}", JSON),
        Response(200, b"", JSON),
        Response(200, []),
    ],
)
def test_a_list_that_is_merely_broken_is_judged(
    serve: Serve, contract: Document, response: Response
) -> None:
    """What refuses a call without the key is the API, and its list is broken."""
    last = end(serve, contract, keyed(response))

    assert (last.exit_code, last.trouble) == (1, "")


JOB = {"jobId": 1, "status": "failed", "projectId": 1, "createdAt": 5, "updatedAt": None}


@pytest.mark.parametrize("body", [[JOB], {"jobs": [JOB]}, {"data": {"items": [JOB]}}])
def test_jobs_in_another_envelope_are_judged(
    serve: Serve, contract: Document, body: object
) -> None:
    """Whatever shows jobs is the API, also if it asks for no key."""
    last = end(serve, contract, always(Response(200, body)))

    assert last.exit_code == 1


def test_a_healthy_deployment_is_not_asked_twice(serve: Serve, contract: Document) -> None:
    """The second call is made only where the first leaves a doubt."""
    got: list[Request] = []
    run = create_runner(
        create_target(serve(transmission=Transmission(before=got.append)), Effects.NONE),
        contract,
        catalogue.create_registry(contract, generated=False),
        Settings(),
    )

    assert run.check_deployment() == ""
    assert len(got) == 1


def test_no_key_is_in_what_is_said(serve: Serve, contract: Document) -> None:
    """A key in the address of a login page is not shown."""
    back = Response(302, None, {"Location": f"https://login.example.com/{KEY}"})
    url = serve(transmission=Transmission(before=always(back)))
    registry = catalogue.create_registry(contract, generated=False)
    *_, last = create_runner(
        Target(url, PROJECT, KEY), contract, registry, Settings()
    ).stream_events()

    assert KEY not in repr(last)
    assert "${CONTRACTS_API_KEY}" in repr(last)
