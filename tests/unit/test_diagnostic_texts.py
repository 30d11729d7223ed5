"""One value, one answer: in YAML, JSON and JSONL, by the control API, and by the schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from mockserver.cli.values import fault
from mockserver.faults.rule import FaultRule
from mockserver.parsing.diagnostics import first_flaw
from mockserver.parsing.sources import InvalidSourceError, parse
from mockserver.profiles.jobs.fixture_schema import json_schema
from tests.jobs import read_ids

WORLD = """\
now: 2021-06-17T07:00:00Z
organizations:
  - name: Demo
    apiKey: demo-organization-key
    projects: [{projectKey: Shop, projectId: 1}]
"""
JOB = (
    '{"jobId": %s, "project": "Shop", "referenceId": "ann", "status": "scheduled",'
    ' "createdAt": 1623900000000, "startAt": "2021-06-18T00:00:00Z"}'
)
MARKS = {"no mark": b"", "UTF-8": b"\xef\xbb\xbf"}


def ids(folder: Path, **files: str) -> list[int] | str:
    """Return the jobIds of fixtures, or what is wrong with them."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, text in {"world_yaml": WORLD, **files}.items():
        (folder / name.replace("_", ".")).write_text(text)
    try:
        return read_ids(folder)
    except InvalidSourceError as error:
        return str(error).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("written", "job_id"),
    [
        ("5", 5),
        ("5.0", 5),
        ("1e3", 1000),
        ("50e-1", 5),
        ("0", None),
        ("5.5", None),
        ("-5", None),
        ("1e400", None),
        ("9223372036854775808", None),
        ("9" * 5000, None),
        ('"5"', None),
        ("true", None),
        ("null", None),
    ],
)
def test_a_number_that_json_knows_has_one_answer_everywhere(
    tmp_path: Path, written: str, job_id: int | None
) -> None:
    """Guards that all formats and the schema accept the same numbers."""
    row = JOB % written
    answers = [
        ids(tmp_path / "world", **{name: text})
        for name, text in {
            "jobs_yaml": f"jobs: [{row}]",
            "jobs_json": f'{{"jobs": [{row}]}}',
            "jobs_jsonl": row,
        }.items()
    ]

    if job_id is not None:
        assert answers == [[job_id]] * 3
        assert jsonschema.Draft202012Validator(json_schema()).is_valid({"jobs": [json.loads(row)]})
    else:
        assert all(isinstance(told, str) and told.startswith("jobs.") for told in answers)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0x10", 16),
        ("0o14", 12),
        ("010", 10),
        ("+5", 5),
        ("-5", -5),
        ("5.", 5.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("-0x10", "-0x10"),
        ("1:30", "1:30"),
        ("2021-06-17", "2021-06-17"),
        *((word, word) for word in ("yes", "No", "on", "OFF", "y", "=", "TruE")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
    ],
)
def test_a_plain_scalar_is_what_the_core_schema_of_yaml_1_2_says(
    written: str, value: object
) -> None:
    """Guards YAML 1.2.2, section 10.3.2, where YAML 1.1 reads octals, times, dates and booleans."""
    read_as = parse(Path("a.yaml"), f"value: {written}")["value"]

    assert (read_as, type(read_as)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: .inf", "a.yaml:1:4: /: .inf is not a number that JSON can represent"),
        ("a: -.INF", "-.INF is not a number that JSON can represent"),
        ("a: .NaN", ".NaN is not a number that JSON can represent"),
        ("a: !!timestamp 2021-06-17", "could not determine a constructor for the tag"),
        ("a: !!int five", "'five' is not an integer"),
        ("a: {b: 1}\nc: {<<: {b: 2}}", "a.yaml:2:5: /: merge keys (<<) are not part of YAML 1.2"),
        ("5: a", "a key must be text; put it in quotes"),
    ],
)
def test_what_json_cannot_hold_is_refused_in_a_sentence(text: str, told: str) -> None:
    """Guards merge keys, infinities and the types of YAML 1.1, with line and column."""
    with pytest.raises(InvalidSourceError) as refused:
        parse(Path("a.yaml"), text)

    assert told in str(refused.value)


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
@pytest.mark.parametrize("suffix", ["yaml", "yml", "json", "jsonl"])
def test_a_byte_order_mark_is_accepted_in_every_format(
    tmp_path: Path, mark: bytes, suffix: str
) -> None:
    """Guards files with a byte order mark, as editors on Windows save them."""
    row = JOB % 7
    text = row if suffix == "jsonl" else f'{{"jobs": [{row}]}}'
    (tmp_path / "a.yaml").write_bytes(mark + WORLD.encode())
    (tmp_path / f"b.{suffix}").write_bytes(mark + text.encode() + b"\n")

    assert [7] == read_ids(tmp_path)


def test_utf_16_is_told_from_other_octets(tmp_path: Path) -> None:
    """Guards UTF-16, which Windows PowerShell writes: the error says to save it as UTF-8."""
    (tmp_path / "a.yaml").write_bytes(WORLD.encode("utf-16"))

    with pytest.raises(InvalidSourceError, match="is UTF-16; save it as UTF-8"):
        read_ids(tmp_path)


KINDS = "delay, status, reset, truncate, malformed, drip, rate-limit"


@pytest.mark.parametrize(
    ("effect", "where", "told"),
    [
        ({}, "/effect", f"kind is missing; there are {KINDS}"),
        ({"kind": "latency"}, "/effect/kind", f"there is no kind 'latency'; there are {KINDS}"),
        ({"kind": "Delay"}, "/effect/kind", "there is no kind 'Delay' (did you mean delay?)"),
        ({"kind": 5}, "/effect/kind", f"there is no kind 5; there are {KINDS}"),
        ("delay", "/effect", "is not an object"),
        ({"kind": "delay"}, "/effect", "duration is missing"),
        ({"kind": "delay", "duration": 30}, "/effect/duration", "has no unit; write it like 30s"),
        ({"kind": "delay", "duration": "2w"}, "/effect/duration", "has an unknown unit; "),
        ({"kind": "delay", "duration": None}, "/effect/duration", "is not a duration; "),
        ({"kind": "delay", "duration": "1s", "upTo": 5}, "/effect/upTo", "has no unit"),
        (
            {"kind": "delay", "duration": "1s", "distribution": "normal"},
            "/effect/distribution",
            "there is no value 'normal' (did you mean log-normal?); there are fixed, ",
        ),
        ({"kind": "status", "status": 99}, "/effect/status", "is less than 200"),
        ({"kind": "status", "status": "503"}, "/effect/status", "is not an integer"),
        (
            {"kind": "status", "status": 200, "header": {}},
            "/effect/header",
            "there is no key 'hea",
        ),
        (
            {"kind": "status", "status": 200, "headers": {"X-A": "é"}},
            "/effect/headers/X-A",
            "does not match the pattern ^[ -~]",
        ),
    ],
)
def test_a_wrong_fault_is_told_in_a_sentence_with_what_there_is(
    tmp_path: Path, effect: object, where: str, told: str
) -> None:
    """Guards that fixtures, ``--fault`` and the control API report the same of a wrong fault."""
    rule = {"effect": effect}
    scenario = {"scenarios": [{"name": "s", "faults": [rule]}]}
    in_file = ids(tmp_path / "world", s_json=json.dumps(scenario))
    by_api = first_flaw(rule, FaultRule)
    with pytest.raises(ValueError, match="write it like") as by_option:
        fault(json.dumps(rule))

    assert isinstance(in_file, str)
    assert f"/scenarios/0/faults/0{where}: {told}" in in_file
    assert by_api is not None
    assert (where, told) == (by_api[1], by_api[0][: len(told)])
    assert f"{where}: {told}" in str(by_option.value)


def test_the_body_of_a_fault_is_sent_as_it_was_written() -> None:
    """Guards ``5.0`` in an error, which must not be shown as ``5``."""
    rule = fault("{nth: 2.0, effect: {kind: status, status: 200.0, body: {a: 5.0}}}")

    assert msgspec.json.encode(rule) == (
        b'{"effect":{"kind":"status","status":200,"body":{"a":5.0}},"nth":2}'
    )


@pytest.mark.parametrize("member", ["project", "status", "runs"])
def test_a_line_break_is_no_part_of_a_name(tmp_path: Path, member: str) -> None:
    """Guards YAML's block strings, which end in an invisible line break."""
    job: dict[str, Any] = json.loads(JOB % 7) | {"plan": {"runs": "1h", "ends": "failed"}}
    (job["plan"] if member == "runs" else job)[member] += "\n"

    assert f"/{member}: " in str(ids(tmp_path / "world", jobs_jsonl=json.dumps(job)))
