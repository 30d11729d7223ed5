"""The reader of openapi.yaml: what it reads from the document, and what it refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import extensions
from mockserver.contract.document import Conflict, Document
from mockserver.contract.reader import load
from mockserver.domain.paging import Bound, Paging
from mockserver.parsing.sources import InvalidSourceError
from mockserver.resources import files

TEXT = files.contract().read_text()
SCHEMA = yaml.safe_load(files.schema("extensions").read_text())

Edited = Callable[[str, str], Path]


def test_the_document_is_read_as_a_person_reads_it(document: Document) -> None:
    """Guards that the reader reads the document as it was written down by hand here."""
    operations = {o.operation_id: o for o in document.operations}

    assert {(i, o.method, o.template, tuple(o.answers)) for i, o in operations.items()} == {
        ("listJobs", "GET", "/public/{projectKey}/jobs", (200, 401)),
        ("getJob", "GET", "/public/{projectKey}/jobs/{jobId}", (200, 400, 401, 404)),
        ("cancelJob", "DELETE", "/public/{projectKey}/jobs/{jobId}", (200, 400, 401, 404)),
        ("deleteUser", "DELETE", "/public/{projectKey}/users/{userId}", (200, 400, 401, 409)),
    }
    paging = Paging(Bound("limit", 50, 1, 200), Bound("page", 1, 1, None))
    assert operations["listJobs"].paging == paging
    active = ("scheduled", "running")
    assert operations["deleteUser"].conflict == Conflict("userId", "referenceId", active, 409)
    assert document.states == ("scheduled", "running", "completed", "failed", "cancelled")
    assert [(t.event, t.by, t.sources, t.to) for t in document.lifecycle.transitions] == [
        ("start", "server", ("scheduled",), "running"),
        ("complete", "server", ("running",), "completed"),
        ("fail", "server", ("running",), "failed"),
        ("cancel", "cancelJob", ("scheduled", "running"), "cancelled"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("x-conflict:", "x-conflicts:", "x-conflicts is not known; known are x-lifecycle, x-pa"),
        ("  title: OpenReplay", "  x-conflict: 1\n  title: O", "x-conflict means nothing outside"),
        ("x-lifecycle:", "y-lifecycle:", "the schema Job has no x-lifecycle; write there how"),
        ("by: cancelJob", "by: cancelTask", "unknown operationId 'cancelTask'; known are server, "),
        (
            "operationId: getJob\n              desc",
            "operationId: get\n              desc",
            "'get'",
        ),
        ("initial: scheduled", "initial: new", "unknown state 'new'; known are scheduled, running"),
        ("to: failed}", "to: broken}", "unknown state 'broken'"),
        (
            "moved: updatedAt",
            "moved: changedAt",
            'stamps/moved: "changedAt" is not kept; write "up',
        ),
        ("notBefore: startAt", "notBefore: status", '"status" is not kept; write "startAt"'),
        (
            "notBefore: startAt",
            "after: startAt",
            "there is no key 'after'; there are event, by, from, to, notB",
        ),
        (", otherwise: 400}", "}", "otherwise is missing [required]"),
        (
            ", otherwise: 400}",
            ", otherwise: 200}",
            "/otherwise: is less than 400 [minimum] (value: 200)",
        ),
        ("terminal: [completed, failed, cancelled]", "terminal: [completed]", "no transition leav"),
        ("limit: {parameter: limit", "limit: {parameter: size", "unknown query parameter 'size'"),
        ("default: 50, min", "default: 500, min", "the default lies outside min and max"),
        (
            "max: 200, outside: default",
            "max: 200, outside: clamp",
            "/outside: is not default [const]",
        ),
        ("style: page", "style: cursor", "/style: is not page [const]"),
        (
            "parameter: userId",
            "parameter: user",
            "unknown path parameter 'user'; known are project",
        ),
        ("while: [scheduled, running]", "while: []", "[] should be non-empty"),
        ("key: referenceId", "key: userId", "unknown key of a job 'userId'; known are referenceId"),
        ("paths:", "routes:", "lacks something"),
        ("type: http", "type: [", "did not find expected"),
    ],
)
def test_a_document_that_cannot_be_kept_is_refused(
    edited: Edited, old: str, new: str, told: str
) -> None:
    """Guards each rule of the reader: unknown keys, dangling names, wrong types."""
    with pytest.raises(InvalidSourceError) as caught:
        load(edited(old, new))

    assert told in str(caught.value)
    assert "edited.yaml:" in str(caught.value)


def test_a_fault_is_told_where_it_stands(edited: Edited) -> None:
    """Guards line, column and pointer of a problem."""
    file = edited("initial: scheduled", "initial: new")
    line = next(n for n, t in enumerate(file.read_text().splitlines(), 1) if "initial: new" in t)
    with pytest.raises(InvalidSourceError) as caught:
        load(file)

    pointer = "/components/schemas/Job/x-lifecycle/initial"
    assert str(caught.value).startswith(f"{file}:{line}:18: {pointer}: ")


KEYS: dict[str, Any] = {
    "x-lifecycle": yaml.safe_load(TEXT)["components"]["schemas"]["Job"]["x-lifecycle"],
    "x-pagination": yaml.safe_load(TEXT)["paths"]["/public/{projectKey}/jobs"]["get"][
        "x-pagination"
    ],
    "x-conflict": yaml.safe_load(TEXT)["paths"]["/public/{projectKey}/users/{userId}"]["delete"][
        "x-conflict"
    ],
}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 400, 499, 500, "", "x", "/x", [], ["x"], {}, "server"]
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for name, member in members:
            found += _places(member, (*path, name)) if isinstance(member, dict | list) else []
            found.append((*path, name))
    return found


@given(st.data())
def test_the_fast_check_accepts_what_the_published_schema_does(data: st.DataObject) -> None:
    """Guards that types, which decide, and extensions.schema.json, which explains, agree."""
    name = data.draw(st.sampled_from(sorted(KEYS)))
    value = yaml.safe_load(yaml.safe_dump(KEYS[name]))
    *parents, last = data.draw(st.sampled_from(_places(value)))
    holder = value
    for step in parents:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[last] = data.draw(VALUES)
    else:
        del holder[last]

    schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
    valid = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert valid == extensions.accepts(name, value), value
