"""What shows that records, those who see them, and responses are not what a contract says."""

from typing import Any

from tests.steering.deviating import Asked


def check_conflict(asked: Asked) -> None:
    """Check what answers a second record of the same key."""
    for side, is_right in zip(asked.both, (True, False), strict=True):
        side.create()
        expected = {"accepted": 200}.get(asked.words[0]) or int(asked.words[0])
        assert side.create().status_code == (409 if is_right else expected)


def check_moment_is_now(asked: Asked) -> None:
    """Check that a moment of a new record is that of its creation."""
    right, other = (side.create().json() for side in asked.both)
    place = asked.words[0].replace("-", "_")
    assert right[place] == right["created_at"] + 24 * 3600
    assert other[place] == other["created_at"]


def check_first_state(asked: Asked) -> None:
    """Check the state of a new record."""
    seen = []
    for side in asked.both:
        side.remove_made()
        seen.append(side.create().json()[side.shape.field])
    initial = asked.pair.right.lifecycle.initial[0]
    assert seen == [initial, asked.pair.right.state_named(asked.words[0])]


def check_any_credential_is_admitted(asked: Asked) -> None:
    """Check that nobody is refused for a credential."""
    side = asked.pair.default
    assert {side.show(secret=secret).status_code for secret in (None, "made-up")} == {200}
    side.world.deviations.set()
    assert {side.show(secret=secret).status_code for secret in (None, "made-up")} == {401}


def check_strangers_get(asked: Asked) -> None:
    """Check the status for a request without a credential."""
    side = asked.pair.default
    assert side.show(secret=None).status_code == int(asked.words[0])
    side.world.deviations.set()
    assert side.show(secret=None).status_code == 401


def check_other_tenants_are_shown(asked: Asked) -> None:
    """Check that the second credential finds a record of the first."""
    seen = []
    for side in asked.both:
        key = side.put(side.lifecycle.initial[0])
        seen.append(side.read(key, secret=side.secrets[1]).status_code)
    assert (seen[0] in (403, 404), seen[1]) == (True, 200)


def check_looks_across_scopes(asked: Asked) -> None:
    """Check that a record is found below the path of another scope."""
    seen = []
    for side in asked.both:
        key = side.put(side.lifecycle.initial[0])
        listing = side.shape.listing.replace("octocat/Hello-World", "monalisa/Secret")
        listing = listing.replace("etl", "report")
        seen.append(side.call("GET", f"{listing}/{key}").status_code)
    assert seen == [404, 200]


def check_key_is_text(asked: Asked) -> None:
    """Check that the key is text."""
    seen = [side.show().json()[side.shape.items][0]["id"] for side in asked.both]
    assert list(map(type, seen)) == [int, str]


def check_capitals(asked: Asked) -> None:
    """Check that a state is in capital letters."""
    key = [side.put(side.state_named(_ENDED[side.shape.resource])) for side in asked.both]
    right, other = (s.read(k).json()[asked.words[0]] for s, k in zip(asked.both, key, strict=True))
    assert right != other == right.upper()


_ENDED = {"batches": "failed", "runs": "failure", "dagRuns": "failed"}
_MOMENT = {"batches": "failed_at", "runs": "created_at", "dagRuns": "end_date"}


def check_moments(asked: Asked) -> None:
    """Check the type and the size of a moment."""
    key = [side.bring(_ENDED[side.shape.resource]) for side in asked.both]
    name = _MOMENT[asked.pair.right.shape.resource]
    shown: list[Any] = [s.read(k).json()[name] for s, k in zip(asked.both, key, strict=True)]
    right, other = shown
    kinds: dict[str, type] = {"in-seconds": int, "in-milliseconds": int, "as-text": str}
    assert isinstance(other, kinds[asked.words[0]])
    # The clocks of the two worlds differ by hours; a thousand times as much is another unit.
    if isinstance(right, int) and isinstance(other, int):
        assert other > right * 900


def check_stamp_is_not_set(asked: Asked) -> None:
    """Check that a stamp is null."""
    name = asked.words[0].replace("-", "_")
    side = asked.pair.right
    states = [s for s, p in side.lifecycle.stamps.entered.items() if p == f"/{name}"]
    keys = [each.bring((states or [side.lifecycle.initial[0]])[0]) for each in asked.both]
    right, other = (s.read(k).json()[name] for s, k in zip(asked.both, keys, strict=True))
    assert (right is None, other) == (False, None)


def check_omits_nulls(asked: Asked) -> None:
    """Check that no member is null."""
    seen = []
    for side in asked.both:
        record = side.show().json()[side.shape.items][-1]
        seen.append(None in record.values())
    assert seen == [True, False]


def check_adds_members(asked: Asked) -> None:
    """Check that a record has another member."""
    seen = ["mock" in side.show().json()[side.shape.items][0] for side in asked.both]
    assert seen == [False, True]


def check_plain_text(asked: Asked) -> None:
    """Check that a success, or an error, is labelled as text."""
    for side, is_right in zip(asked.both, (True, False), strict=True):
        types = [side.show().headers["Content-Type"], side.read("1").headers["Content-Type"]]
        assert ("text/plain" in types) != is_right


#: By the pattern of the names that each shows; the first that fits counts.

CHECKS = {
    r"conflict-is-(.+)": check_conflict,
    "(.+)-is-now": check_moment_is_now,
    "starts-as-(.+)": check_first_state,
    "any-credential-is-admitted": check_any_credential_is_admitted,
    "strangers-get-(.+)": check_strangers_get,
    "other-tenants-are-shown": check_other_tenants_are_shown,
    "looks-across-scopes": check_looks_across_scopes,
    "(id)-is-text": check_key_is_text,
    "(.+)-in-capitals": check_capitals,
    "moments-(.+)": check_moments,
    "(.+)-is-not-set": check_stamp_is_not_set,
    "omits-nulls": check_omits_nulls,
    "adds-members": check_adds_members,
    "plain-text|errors-as-text": check_plain_text,
}
