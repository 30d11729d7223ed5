"""Whatever a body says, the judge has a verdict, and every report can be written and read."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.contract.document import Document, load
from contracts.engine.events import LawFinished
from contracts.engine.law import Registry
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict, Violation
from contracts.http import json_text
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.laws import catalogue
from contracts.reports.output import REPORTS
from contracts.reports.terminal import Terminal
from contracts.selftest.messages import Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature, create_target
from contracts.target import Effects

JOB = (
    '{"jobId": 7, "description": "Delete user sessions of userId = a", "status": "completed", '
    '"projectId": 1, "action": "delete_user_data", "referenceId": "a", '
    '"createdAt": 1623912955277, "updatedAt": 1623912955277, "startAt": 1623912955277, '
    '"errors": null, "more": 0}'
)
VALUES = {
    "half an emoji": r'"\ud83d"',
    "half an emoji as a name": r'{"\ud83d": "\udc00\ud83d"}',
    "5,000 digits": "9" * 5_000,
    "minus 5,000 digits": "-" + "9" * 5_000,
    "300 digits": "9" * 300,
    "a huge exponent": "1e999999999",
    "a tiny exponent": "-1e-999999999",
    "nul": r'"\u0000"',
    "control characters": r'"\u001b[31m\u0007\u009b\u202e\ufeff\uffff"',
    "markup": r'"</script>]]>&<!-- `|*_ \n#"',
    "a name twice": '{"a": 1, "a": 2}',
    "nested as deep as may be": "[" * 60 + "]" * 60,
    "nested too deep": "[" * 100_000 + "]" * 100_000,
    "nested and never closed": '{"a":' * 100_000,
    "NaN": "NaN",
    "infinity": "-Infinity",
    "a long string": json.dumps("x" * 300_000),
    "a number that is text": '"7"',
    "true": "true",
    "an object": '{"a": [1, {"b": null}]}',
    "null": "null",
    "minus zero": "-0",
    "a whole fraction": "7.0",
}
NAMES = ("jobId", "status", "referenceId", "createdAt", "errors", "more")


def with_value(name: str, value: str) -> bytes:
    """Return a job of which one member has *value*, which need not be JSON."""
    return re.sub(rf'("{name}": )("[^"]*"|\w+)', lambda m: m[1] + value, JOB, count=1).encode()


@contextmanager
def answering(value: str, *names: str) -> Iterator[str]:
    """Serve jobs each of which has *value* as another one of *names*, and yield the base URL."""

    class Odd(Miniature):
        """Shows its jobs with a member of each that is odd."""

        def encode(self, response: Response) -> tuple[bytes, str]:
            body, media_type = super().encode(response)
            parts = re.split(rb'("jobId": )', body)
            for place in range(2, len(parts), 2):
                name = names[place // 2 % len(names)]
                odd = b'"jobId": ' + parts[place]
                pattern = rb'("%b": )("[^"]*"|\w+)' % name.encode()
                odd = re.sub(pattern, lambda m: m[1] + value.encode(), odd, count=1)
                parts[place - 1], parts[place] = b"", odd
            return b"".join(parts), media_type

    with serve_miniature(create_miniature(load(), Odd, jobs=24), Transmission()) as url:
        yield url


def failures(url: str, registry: Registry, effects: Effects, folder: Path) -> list[str]:
    """Judge *url*, write and read each report, and return where the judge itself failed."""
    events = list(
        create_runner(
            create_target(url, effects), load(), registry, Settings(rng=1)
        ).stream_events()
    )
    laws = [event for event in events if isinstance(event, LawFinished)]
    failed = [one for one in laws if one.verdict is Verdict.PROBE_FAILED]
    assert len(laws) in (0, len(registry))
    for kind, module in REPORTS.items():
        import_module(f"contracts.reports.{module}").write(events, folder / kind)
        (folder / kind).read_bytes().decode("utf-8")
    assert json.loads((folder / "json").read_text("utf-8"))["complete"]
    ET.fromstring((folder / "junit").read_text("utf-8"))
    with (folder / "terminal").open("w", encoding="ascii") as out, Terminal(out=out) as terminal:
        for event in events:
            terminal.handle(event)
    assert "\x1b" not in (folder / "terminal").read_text("utf-8")
    return [f"{one.law.id}: {one.reason}" for one in failed]


@pytest.mark.parametrize(
    ("effects", "names"),
    [(Effects.NONE, NAMES), (Effects.ANY, ("jobId", "referenceId"))],
    ids=["none", "any"],
)
@pytest.mark.parametrize("value", VALUES)
def test_no_value_is_a_bug_of_the_judge(
    value: str, effects: Effects, names: tuple[str, ...], contract: Document, tmp_path: Path
) -> None:
    """Every law has a verdict of its own, whatever a member of a job is."""
    laws = catalogue.create_registry(contract, generated=False)
    if effects is Effects.ANY:  # laws that only read are judged without effects
        laws = laws.select([one.id for one in laws if one.is_changing or one.whole_run])
    with answering(VALUES[value], *names) as url:
        assert failures(url, laws, effects, tmp_path) == []


@pytest.mark.parametrize("value", ["half an emoji as a name", "5,000 digits", "nested too deep"])
def test_no_value_is_a_bug_of_a_tester(value: str, contract: Document, tmp_path: Path) -> None:
    """The same holds where schemathesis and hypothesis read the answers."""
    registry = catalogue.create_registry(contract).select(["FUZZ-*", "MODEL-*"])
    with answering(VALUES[value], "errors", "referenceId") as url:
        assert failures(url, registry, Effects.ANY, tmp_path) == []


LAWS = [
    law.by_exchange for law in catalogue.create_registry(load(), generated=False) if law.by_exchange
]
SHORT = (value for value in VALUES.values() if len(value) < 1_000)
LEAF = st.sampled_from([*SHORT, "", "[", "}", ",", '"', "\\", "\x00", "\ufeff"])
BODY = st.lists(
    st.one_of(
        st.builds(with_value, st.sampled_from(NAMES), LEAF),
        st.binary(max_size=40),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parts=BODY,
    before=st.sampled_from([b"", b'{"data": ', b'{"data": [', b"\xef\xbb\xbf", b"\xff\xfe", b"\0"]),
    after=st.sampled_from([b"", b"}", b"]}"]),
    operation=st.sampled_from(["listJobs", "getJob", "cancelJob", "deleteUser", None]),
    status=st.sampled_from([200, 400, 404]),
)
@example(
    parts=[with_value("jobId", '"seven"')],
    before=b'{"data": [',
    after=b"]}",
    operation="listJobs",
    status=200,
)
def test_no_body_is_a_bug_of_a_law(  # noqa: PLR0917 -- the parts of an exchange
    contract: Document,
    parts: list[bytes],
    before: bytes,
    after: bytes,
    operation: str | None,
    status: int,
) -> None:
    """A law on exchanges objects or not; it never fails, and what it says can be written."""
    body = before + b", ".join(parts) + after
    arguments = {"projectKey": "p", "jobId": "7", "userId": "a"}
    exchange = Exchange(
        "GET", "http://h/", {}, status, body=body, operation=operation, arguments=arguments
    )
    said = []
    for judge in LAWS:
        try:
            said.append(judge(exchange, contract) or "")
        except Violation as violation:
            said.append(f"{violation.expected} {violation.actual}")

    assert all(text.encode() or not text for text in said)


@pytest.mark.parametrize(
    ("body", "value", "encoding"),
    [
        (b"{}", {}, "utf-8"),
        (b"\xef\xbb\xbf{}", {}, "UTF-8 with a byte order mark"),
        ("[1]".encode("utf-16"), [1], "UTF-16"),
        ("[1]".encode("utf-16-le"), [1], "UTF-16-LE"),
        (rb'"\ud83d\ude00 \ud83d \\ud83d"', "\U0001f600 \\ud83d \\ud83d", "utf-8"),
        (b"9" * 5_000, float("inf"), "utf-8"),
        (b"9" * 300, int("9" * 300), "utf-8"),
        (b'"\xed\xa0\xbd"', NOT_JSON, "utf-8"),
    ],
)
def test_what_is_json_is_read_and_said(body: bytes, value: object, encoding: str) -> None:
    """What RFC 8259 allows is read whole; another encoding is read, and said to be one."""
    read = json_text.read(body)

    assert (read.value, read.encoding) == (value, encoding)


def test_names_that_repeat_are_told() -> None:
    """The last value counts, and the names are known."""
    read = json_text.read(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')

    assert (read.value, read.repeated) == ({"a": 3, "b": {"c": 2}}, ("c", "a"))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65 + b"]" * 65,
        b'{"data":' * 100_000,
        b"[" + b"0," * json_text.MOST_VALUES + b"0]",
    ],
)
def test_what_holds_too_much_is_told_apart(body: bytes) -> None:
    """Depth and number of values are bounded before anything is made of them."""
    with pytest.raises(json_text.ExcessError):
        json_text.read(body)


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 500_000, b"[" * 70 + b'"' + b"\\" * 500_000])
def test_reading_takes_one_pass(body: bytes) -> None:
    """Quotes and escapes that lead nowhere do not make the judge look again and again."""
    try:
        assert json_text.read(body).value is NOT_JSON
    except json_text.ExcessError:
        assert body.startswith(b"[")


def test_brackets_in_strings_are_no_depth() -> None:
    """Only what is nested counts."""
    text = json.dumps({"errors": '[{"' * 100, "more": [[]] * 100})

    assert json_text.read(text.encode()).value == json.loads(text)
