"""What a request shows, and what it opens."""

import base64
from collections.abc import Mapping, Sequence

import pytest
from msgspec import structs

from mockserver.contract.contract import Credential
from mockserver.http.credentials import Caller, choose_refusal, is_open, list_challenges
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.store.memory import MemoryRecords
from mockserver.worlds.clock import WorldClock
from mockserver.worlds.journal import MemoryJournal
from mockserver.worlds.registry import Worlds
from mockserver.worlds.world import DEFAULT, World
from tests.records.kinds import ALL, contract

BEARER = Credential("one", "bearer", "header", "Authorization")
BASIC = Credential("one", "basic", "header", "Authorization")
TOKEN = Credential("one", "token", "header", "Authorization")
IN_HEADER = Credential("one", "apiKey", "header", "Circle-Token")
IN_QUERY = Credential("one", "apiKey", "query", "key")
IN_COOKIE = Credential("one", "apiKey", "cookie", "session")
AS_AUTHORIZATION = Credential("one", "apiKey", "header", "Authorization")

SECRETS = {"s3cret": ("acme",), "user:word": ("other",)}


def find_caller(
    declared: Sequence[Credential],
    headers: Mapping[str, str],
    query: Sequence[tuple[str, str]] = (),
    secrets: Mapping[str, tuple[str, ...]] | None = SECRETS,
) -> Caller | None:
    """Return who sends a request to a server whose contract has *declared* credentials."""
    known = contract("jobs")
    credentials = structs.replace(known.credentials, value=tuple(declared))
    seed = Fixtures(secrets=secrets)
    worlds = Worlds(structs.replace(known, credentials=credentials), {}, seed)
    world = World(
        DEFAULT,
        seed,
        clock=WorldClock(0, 0, lambda: 0.0),
        records=MemoryRecords([]),
        secrets=secrets or {},
        journal=MemoryJournal(0),
    )
    worlds.add(world)
    return worlds.find_caller(headers, query, None)[1]


def basic(text: str) -> dict[str, str]:
    """Return the header that shows *text* as RFC 7617 says."""
    return {"authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


@pytest.mark.parametrize(
    ("declared", "headers", "scopes"),
    [
        (BEARER, {"authorization": "Bearer s3cret"}, "acme"),
        (BEARER, {"authorization": "bEARER  s3cret "}, "acme"),
        (BEARER, {"authorization": "token s3cret"}, None),
        (BEARER, {"authorization": "s3cret"}, None),
        (BEARER, {"authorization": "Bearer other"}, None),
        (BEARER, {"authorization": "Bearer "}, None),
        (BEARER, {}, None),
        (TOKEN, {"authorization": "token s3cret"}, "acme"),
        (TOKEN, {"authorization": "Bearer s3cret"}, None),
        (BASIC, basic("s3cret:"), "acme"),
        (BASIC, basic("anybody:s3cret"), "acme"),
        (BASIC, basic("user:word"), "other"),
        (BASIC, basic("s3cret:wrong"), None),
        (BASIC, basic("s3cret"), None),
        (BASIC, {"authorization": "Basic %%%"}, None),
        (IN_HEADER, {"circle-token": "s3cret"}, "acme"),
        (IN_HEADER, {"authorization": "Bearer s3cret"}, None),
        (AS_AUTHORIZATION, {"authorization": "s3cret"}, "acme"),
        (AS_AUTHORIZATION, {"authorization": "Key s3cret"}, "acme"),
        (IN_COOKIE, {"cookie": "a=b; session=s3cret"}, "acme"),
        (IN_COOKIE, {"cookie": "a=b; session=other"}, None),
        (IN_COOKIE, {"cookie": "=;;="}, None),
    ],
)
def test_a_secret_opens_its_scopes_where_the_contract_says(
    declared: Credential, headers: Mapping[str, str], scopes: str | None
) -> None:
    """Guards each kind of credential: read where it is declared, and nowhere else."""
    found = find_caller([declared], headers)

    assert found == (None if scopes is None else Caller(frozenset([scopes])))


def test_a_key_in_the_query_is_read_there() -> None:
    """Guards apiKey in the query, also where it is given beside others."""
    known = [("page", "1"), ("key", "s3cret")]

    assert find_caller([IN_QUERY], {}, known) == Caller(frozenset(["acme"]))
    assert find_caller([IN_QUERY], {}, [("page", "s3cret")]) is None


def test_one_known_credential_of_several_is_enough() -> None:
    """Guards clients that send two credentials at once: neither spoils the other."""
    declared = [IN_HEADER, BASIC]
    both = {"circle-token": "s3cret", **basic("s3cret:")}

    assert find_caller(declared, both) == Caller(frozenset(["acme"]))
    assert find_caller(declared, {**both, "circle-token": "wrong"}) == Caller(frozenset(["acme"]))


def test_without_secrets_any_credential_of_a_declared_scheme_opens_everything() -> None:
    """Guards a start without fixtures: what has the form of a credential is one, nothing is not."""
    anything = {"authorization": "Bearer anything"}

    assert find_caller([BEARER], anything, secrets=None) == Caller()
    assert find_caller([BEARER], {}, secrets=None) is None
    assert find_caller([BEARER], basic("anything:"), secrets=None) is None


def test_without_declared_credentials_everybody_is_let_in() -> None:
    """Guards contracts that require nothing."""
    assert find_caller([], {}) == Caller()
    assert list_challenges([]) == ()


def test_a_challenge_names_each_scheme_once() -> None:
    """Guards the header that a 401 has to carry."""
    assert list_challenges([BEARER, BEARER, BASIC]) == (
        'Bearer realm="mock"',
        'Basic realm="mock"',
    )
    assert list_challenges([IN_HEADER]) == ('ApiKey realm="mock"',)


@pytest.mark.parametrize("name", ALL)
def test_each_contract_that_comes_along_declares_credentials_that_are_read(name: str) -> None:
    """Guards the schemes of the contracts that come along: each lets somebody in."""
    found = contract(name)
    declared = found.credentials.value

    assert declared
    assert all(choose_refusal(o) == 401 and not is_open(o) for o in found.operations)
    for credential in declared:
        value = "x" if credential.kind == "apiKey" else f"{credential.kind} eDo="
        headers = {credential.parameter.lower(): value} if credential.where == "header" else {}
        query = [(credential.parameter, value)]
        assert find_caller([credential], headers, query, None) == Caller()


def test_a_scheme_that_a_description_makes_up_is_one() -> None:
    """Guards clients that send a scheme of their own, such as token, beside those of the RFCs."""
    declared = contract("github-runs").credentials.value

    assert [credential.kind for credential in declared] == ["bearer", "token"]
    for scheme in ("Bearer", "token"):
        assert find_caller(declared, {"authorization": f"{scheme} s3cret"}) is not None
