"""What the keys say and the description does not have: each is told, with place and remedy."""

import pytest

from mockserver.parsing.sources import InvalidSourceError
from tests.description.conftest import EXPORTS, Read, edited
from tests.description.test_keys import DECLARED

CONTRADICTIONS = [
    ("field: status", "field: phase", "x-lifecycle/field: '/phase' is not a property of the rec"),
    ("field: status", "field: name", "the property /name lists no values; write an enum on the"),
    ("initial: [queued]", "initial: new", "/initial: 'new' is not a state; write one of queued,"),
    ("to: running, not", "to: done, not", "/transitions/0/to: 'done' is not a state; write one"),
    ("[queued, running], to: canc", "[new], to: canc", "/transitions/2/from: 'new' is not a state"),
    ("by: cancelExport", "by: cancelIt", "/transitions/2/by: 'cancelIt' is not an operation; wr"),
    ("'DELETE /teams/{t}/exp", "'PUT /teams/{t}/exp", "/by: 'PUT /teams/{t}/exports/{e}' is not"),
    ("notBefore: created_at", "notBefore: due", "/notBefore: '/due' is not a property of the reco"),
    ("keeps: [id, name]", "keeps: [id, nam]", "/keeps/1: '/nam' is not a property of the record"),
    ("{running: running_at}", "{going: running_at}", "/stamps/entered: 'going' is not a state"),
    ("running: running_at}", "running: run_at}", "/entered/running: '/run_at' is not a property"),
    ("[PT1M, PT2M]", "[PT3M, PT2M]", "/after: PT3M is longer than PT2M; write the shorter one"),
    ("within: PT10M", "within: P1Y", "/within: 'P1Y' is not a duration; write one such as PT30S"),
    ("{failed: 422, '*'", "{fail: 422, '*'", "/otherwise: 'fail' is not a state; write one of q"),
    ("within: PT10M}", "otherwise: 409}", "otherwise means nothing where the server moves the re"),
    ("stop, by: server, from: [cancelling]", "start, by: server, from: [queued]", "start leaves"),
    ("keeps: [id, name]", "terminal: [failed]", "/terminal: the states that no transition leaves"),
    (
        "after: PT5S,",
        "given: {/mode: x},",
        "/given/~1mode: cancelExport has no request body; take ",
    ),
    (
        "keeps: [id, name]",
        "keep: [id]",
        "x-lifecycle/keep: there is no key 'keep' (did you mean keeps?)",
    ),
    ("        initial: [queued]\n", "", "x-lifecycle: initial is missing, which field needs"),
    ("style: cursor", "style: offset", "/style: offset needs offset; write it too"),
    (
        "style: cursor",
        "style: scroll",
        "/style: there is no value 'scroll'; there are page, offset,",
    ),
    ("{status: [status, in]", "{status: [status, as]", "there is no value 'as'; there are eq"),
    ("items: /exports", "items: /data", "/items: '/data' leads to no array in the response; wr"),
    ("limit: {parameter: limit", "limit: {parameter: size", "'size' is not a query parameter of l"),
    ("default: 20, min: 1", "default: 20, min: 21", "/limit/default: lies outside min and max"),
    ("min: 1, max: 100", "min: 101, max: 100", "/limit/min: is more than max, 100; write less"),
    ("default: 20, min: 1", "default: 25, min: 1", "the parameter's schema says 20; write the sam"),
    ("{parameter: cursor, is", "{parameter: page, is", "/cursor/parameter: 'page' is not a query"),
    ("next: /next_cursor", "next: /next", "/next: '/next' is not in the response; write one of /"),
    ("by: created_at, dir", "by: made, dir", "/order/by: '/made' is not a property of the record"),
    ("{status: [status, in]", "{state: [status, in]", "x-filters/state: 'state' is not a paramet"),
    ("{status: [status, in]", "{status: [phase, in]", "x-filters/status: '/phase' is not a prope"),
    ("given: $request.body#/name,", "given: $request.body#/nam,", "'/nam' is not in the body of c"),
    ("given: $request.body#/name,", "given: $request.path.id,", "'id' is not a path parameter of "),
    ("given: $request.body#/name,", "", "write either parameter or given, to say where the requ"),
    ("key: name, while: '*'", "key: title, while: '*'", "/x-conflict/key: '/title' is not a prop"),
    ("while: '*', status", "while: [new], status", "/x-conflict/while: 'new' is not a state; wri"),
    (
        "$now+PT1H",
        "$then",
        "/set/running_at: '$then' is not an expression that is known; write $re",
    ),
    ("set: {name:", "set: {title:", "/x-creates/set/title: '/title' is not a property of the re"),
    ("{parameters: [team]", "{parameters: [group]", "x-tenancy/parameters/0: 'group' is not a pa"),
    ("stranger: 404", "stranger: 200", "x-tenancy/stranger: is less than 400"),
]


@pytest.mark.parametrize(("old", "new", "told"), CONTRADICTIONS)
def test_a_contradiction_is_told(read: Read, old: str, new: str, told: str) -> None:
    """Guards each thing that a key can name and a description not have."""
    text = edited(DECLARED, (old, new))
    with pytest.raises(InvalidSourceError) as caught:
        read(text)

    assert told in str(caught.value), str(caught.value)


def test_all_contradictions_are_told_at_once_with_their_places(read: Read) -> None:
    """Guards that one reading tells all, each with file, line, pointer and a remedy."""
    text = edited(
        DECLARED,
        ("initial: [queued]", "initial: new"),
        ("next: /next_cursor", "next: /next"),
        ("{parameters: [team]", "{parameters: [group]"),
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(text)
    problems = caught.value.diagnostics
    lines = text.splitlines()

    assert [(p.rule, p.pointer.rpartition("/")[2]) for p in problems] == [
        ("unknown", "0"),
        ("unknown", "next"),
        ("unknown", "initial"),
    ]
    assert [lines[p.line - 1].split()[0] for p in problems] == ["x-tenancy:", "next:", "initial:"]
    assert all("; write " in problem.message for problem in problems)


def test_two_lists_of_the_same_records_are_told(read: Read) -> None:
    """Guards two operations for one role."""
    second = (
        "  /exports:\n    get:\n      operationId: listAll\n"
        "      x-pagination: {style: none, items: /exports}\n"
        "      responses: {200: {content: {application/json: {schema: {properties: {exports:"
        " {type: array, items: {$ref: '#/components/schemas/Export'}}}}}}}}\n"
    )
    with pytest.raises(InvalidSourceError, match=r"listExports lists these records already; keep"):
        read(edited(DECLARED, ("  /health:\n", second + "  /health:\n")))


def test_a_key_where_it_says_nothing_is_told(read: Read) -> None:
    """Guards keys on a schema that nobody gives, on no list, and on what makes no record."""
    spare = "    Spare:\n      type: object\n      x-lifecycle: {key: id}\n"
    text = edited(
        EXPORTS,
        ("    Export:\n", spare + "    Export:\n"),
        ("  /health:\n    get:\n", "  /health:\n    get:\n      x-creates: {}\n"),
        (
            "operationId: getExport\n",
            "operationId: getExport\n      x-pagination: {style: none, items: /parts}\n",
        ),
    )
    with pytest.raises(InvalidSourceError) as caught:
        read(text)

    assert [(p.rule, p.pointer) for p in caught.value.diagnostics] == [
        ("role", "/paths/~1teams~1{team}~1exports~1{exportId}/get/x-pagination"),
        ("pagination", "/paths/~1teams~1{team}~1exports~1{exportId}/get/x-pagination/items"),
        ("role", "/paths/~1health/get/x-creates"),
        ("unused", "/components/schemas/Spare/x-lifecycle"),
    ]
