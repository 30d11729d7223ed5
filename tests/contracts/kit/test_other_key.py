"""The other key: a refusal proves something only if the key is known to be somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Lack, Verdict
from contracts.laws import catalogue
from contracts.selftest.conforming import ForbidsForeigners, HidesForeignProjects
from contracts.selftest.faults.tenants import ForeignersList, ForeignersMakeJobs
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from contracts.selftest.world import OTHER_KEY, create_target
from contracts.target import Effects

Serve = Callable[..., str]
LAWS = ["TEN-0[4-7]"]


def judged(
    serve: Serve, contract: Document, kind: type[Miniature] = Miniature, **given: object
) -> Iterator[LawFinished]:
    """Judge a deployment of *kind* by the laws that the other key is for."""
    one = replace(create_target(serve(kind, jobs=3), Effects.OWN), **given)  # type: ignore[arg-type]  # a row of options
    registry = catalogue.create_registry(contract, generated=False).select(LAWS)
    events = create_runner(one, contract, registry, Settings()).stream_events()
    return (event for event in events if isinstance(event, LawFinished))


def verdicts(*arguments: object, **given: object) -> set[Verdict]:
    """Return what is said of the laws."""
    return {one.verdict for one in judged(*arguments, **given)}  # type: ignore[arg-type]  # a row of options


class Echoes(Miniature):
    """Says in each refusal which key it was, and a number that is never the same."""

    refusals = 0

    def respond(self, request: Request) -> Response:
        """Answer *request*, and name it in a refusal."""
        response = super().respond(request)
        self.refusals += 1
        told = f"{request.headers.get('authorization')} {self.refusals}"
        return Response(401, {"error": told}) if response.status == 401 else response


class SaysWhose(Miniature):
    """Says in a refusal that the key is somebody's."""

    def refuse_project(self) -> Response:
        """Answer a call for a project that the key does not open."""
        return Response(401, {"error": "not a project of your organization"})


def test_a_key_that_opens_its_project_is_a_real_one(serve: Serve, contract: Document) -> None:
    """With --other-key-project, the laws are judged whatever a refusal looks like."""
    assert verdicts(serve, contract) == {Verdict.KEPT}


@pytest.mark.parametrize("kind", [ForbidsForeigners, HidesForeignProjects, SaysWhose])
def test_a_key_that_is_answered_otherwise_than_nobodys_is_a_real_one(
    serve: Serve, contract: Document, kind: type[Miniature]
) -> None:
    """Where the deployment tells a foreign key from an unknown one, nothing else is needed."""
    assert verdicts(serve, contract, kind, other_key_project=None) == {Verdict.KEPT}


@pytest.mark.parametrize("kind", [Miniature, Echoes])
@pytest.mark.parametrize("key", [OTHER_KEY, "Nobodys-Key-4711"])
def test_a_key_like_nobodys_leaves_its_laws_untested(
    serve: Serve, contract: Document, kind: type[Miniature], key: str
) -> None:
    """A misspelled key is refused everywhere too: that would prove nothing, and look like proof."""
    told = list(judged(serve, contract, kind, other_api_key=key, other_key_project=None))

    assert {one.verdict for one in told} == {Verdict.UNTESTED}
    assert {one.lack for one in told} == {Lack.DATA}
    assert "name a project that it opens with --other-key-project" in told[0].reason
    assert not any(one.observations for one in told)


def test_a_project_that_the_other_key_does_not_open_proves_nothing(
    serve: Serve, contract: Document
) -> None:
    """One of the two is misspelled, and which one only their owner knows."""
    told = list(judged(serve, contract, other_key_project="Foreigm"))

    assert {one.verdict for one in told} == {Verdict.UNTESTED}
    assert "does not open --other-key-project Foreigm (401)" in told[0].reason


@pytest.mark.parametrize(
    ("kind", "law"), [(ForeignersList, "TEN-04"), (ForeignersMakeJobs, "TEN-07")]
)
def test_what_a_key_opens_is_a_breach_without_proof(
    serve: Serve, contract: Document, kind: type[Miniature], law: str
) -> None:
    """A key that is accepted breaks the law, whether or not it is known to be real."""
    told = {
        one.law.id: one.verdict for one in judged(serve, contract, kind, other_key_project=None)
    }

    assert told[law] is Verdict.BROKEN


def test_keys_that_nobody_has_have_the_form_of_the_other_one(
    serve: Serve, contract: Document
) -> None:
    """A key whose form alone is refused would look like one that is known."""
    got: list[str] = []

    def look(request: Request) -> None:
        """Note the key of a call."""
        got.append(request.headers.get("authorization", "").removeprefix("Bearer "))

    url = serve(transmission=Transmission(before=look), jobs=1)
    one = replace(create_target(url, Effects.NONE), other_key_project=None)
    registry = catalogue.create_registry(contract, generated=False).select(["TEN-04"])
    list(create_runner(one, contract, registry, Settings()).stream_events())

    made = set(got) - {key.text for key in one.keys}
    assert len(made) == 2
    for key in made:
        assert len(key) == len(OTHER_KEY)
        assert [c.isupper() for c in key] == [c.isupper() for c in OTHER_KEY]
        assert [c.isdigit() for c in key] == [c.isdigit() for c in OTHER_KEY]
        assert [i for i, c in enumerate(key) if c == "-"] == [
            i for i, c in enumerate(OTHER_KEY) if c == "-"
        ]
