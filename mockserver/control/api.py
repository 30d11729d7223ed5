"""The control API: from a request to the function of its operation."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from mockserver.control import (
    clock,
    contract,
    deviations,
    events,
    faults,
    journal,
    metrics,
    pages,
    record_lists,
    records,
    snapshots,
    timelines,
    worlds,
)
from mockserver.control.dashboard import page
from mockserver.control.gate import Gate
from mockserver.control.request import ControlRequest, Nothing
from mockserver.control.services import Services
from mockserver.http.messages import Request, Response
from mockserver.http.paths import is_percent_encoded
from mockserver.http.refused import RefusedError
from mockserver.profiles.view import OwnCall, OwnOperation
from mockserver.settings import Settings
from mockserver.validation.requests import RequestValidator

Operation = Callable[[ControlRequest], Awaitable[Response]]
_WORLD = "/__admin/worlds/{world}"
_RECORDS = _WORLD + "/records/{resource}"

#: Each operation: its operationId in openapi.yaml, method, path, and the function that runs it.
TABLE: tuple[tuple[str, str, str, Operation], ...] = (
    ("readDashboard", "GET", "/__admin", page.read),
    ("readDashboardFile", "GET", "/__admin/dashboard/{file}", page.read_file),
    ("readReference", "GET", "/__admin/reference", pages.read_reference),
    ("readDescription", "GET", "/__admin/openapi.yaml", pages.read_description),
    ("readDescriptionJson", "GET", "/__admin/openapi.json", pages.read_description_json),
    ("describeContract", "GET", "/__admin/contract", contract.describe),
    ("readContractJson", "GET", "/__admin/contract/openapi.json", contract.read_json),
    ("readContractYaml", "GET", "/__admin/contract/openapi.yaml", contract.read_yaml),
    ("readMetrics", "GET", "/__admin/metrics", metrics.read),
    ("streamEvents", "GET", "/__admin/events", events.stream),
    ("listDeviations", "GET", "/__admin/deviations", deviations.list_catalogue),
    ("listWorlds", "GET", "/__admin/worlds", worlds.list_all),
    ("createWorld", "POST", "/__admin/worlds", worlds.create),
    ("getWorld", "GET", _WORLD, worlds.read),
    ("deleteWorld", "DELETE", _WORLD, worlds.delete),
    ("resetWorld", "POST", _WORLD + "/reset", worlds.reset),
    ("snapshotWorld", "GET", _WORLD + "/snapshot", snapshots.take),
    ("restoreWorld", "PUT", _WORLD + "/snapshot", snapshots.restore),
    ("readClock", "GET", _WORLD + "/clock", clock.read),
    ("setClock", "PATCH", _WORLD + "/clock", clock.change),
    ("advanceClock", "POST", _WORLD + "/clock/advance", clock.advance),
    ("skipToNextMove", "POST", _WORLD + "/clock/next", clock.skip),
    ("stopClock", "POST", _WORLD + "/clock/stop", clock.stop),
    ("listRecords", "GET", _RECORDS, record_lists.list_all),
    ("createRecord", "POST", _RECORDS, records.create),
    ("readRecord", "GET", _RECORDS + "/{key}", records.read),
    ("readTimeline", "GET", _RECORDS + "/{key}/timeline", timelines.read),
    ("moveRecord", "POST", _RECORDS + "/{key}/transition", records.transition),
    ("planRecord", "PUT", _RECORDS + "/{key}/plan", records.plan),
    ("listFaults", "GET", _WORLD + "/faults", faults.list_all),
    ("addFault", "POST", _WORLD + "/faults", faults.add),
    ("clearFaults", "DELETE", _WORLD + "/faults", faults.clear),
    ("getFault", "GET", _WORLD + "/faults/{fault}", faults.read),
    ("removeFault", "DELETE", _WORLD + "/faults/{fault}", faults.remove),
    ("listScenarios", "GET", _WORLD + "/scenarios", faults.list_scenarios),
    ("startScenario", "POST", _WORLD + "/scenarios/{scenario}", faults.start_scenario),
    ("readDeviations", "GET", _WORLD + "/deviations", deviations.read),
    ("setDeviations", "PUT", _WORLD + "/deviations", deviations.change),
    ("readJournal", "GET", _WORLD + "/journal", journal.read),
    ("clearJournal", "DELETE", _WORLD + "/journal", journal.clear),
    ("verifyJournal", "POST", _WORLD + "/journal/verify", journal.verify),
)
#: Where a client looks for the description of an API, and where this API has it. The paths of the
#: contract come first.
ELSEWHERE: Mapping[str, str] = {
    "/openapi.json": "/__admin/contract/openapi.json",
    "/openapi.yaml": "/__admin/contract/openapi.yaml",
}
#: What prepares a request before its world is locked, since it takes long.
_PREPARING: Mapping[str, Callable[[ControlRequest], Awaitable[Any]]] = {
    "createWorld": worlds.prepare,
    "restoreWorld": snapshots.prepare,
}
#: The operations that have query parameters.
_WITH_QUERY = frozenset(
    (
        *("streamEvents", "createWorld", "snapshotWorld", "readJournal"),
        *("listRecords", "readRecord", "readTimeline", "moveRecord", "planRecord"),
        "readDashboard",
    )
)
#: The operations that have a body; all others take none, or an empty object.
_WITH_BODY = frozenset(
    (
        "createWorld",
        "restoreWorld",
        "setClock",
        "advanceClock",
        "createRecord",
        "moveRecord",
        "planRecord",
        "addFault",
        "setDeviations",
        "verifyJournal",
    )
)
#: The operation that changes nothing, although it is a POST.
_VERIFYING = "verifyJournal"
#: What anybody may read, since it shows nothing of this server: a browser opens a page without a
#: token, and the page then asks for it.
_OPEN = re.compile(r"/__admin/?|/__admin/dashboard/[^/]+")
#: The operations that show how often faults fired.
_WITH_COUNTS = frozenset({"listFaults", "getFault"})


class _Resource(NamedTuple):
    """A path, and what can be done there by method."""

    pattern: re.Pattern[str]
    methods: Mapping[str, tuple[str, Operation]]

    @property
    def allow(self) -> str:
        """The value of ``Allow``."""
        methods = list(self.methods)
        head = ["HEAD"] if "GET" in methods else []
        return ", ".join([*methods, *head, "OPTIONS"])


class ControlApi:
    """Responds to the requests of the control API."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._gate = Gate(settings.admin_token, settings.host)
        api = services.api
        self._view = services.profile.open_view(api.contract, api.kinds, services.profile.words)
        self._validator = RequestValidator(api.contract, api.paths)
        own = [
            (own.name, own.method, _WORLD + own.path, _run(own)) for own in self._view.operations
        ]
        self._with_body = _WITH_BODY | {own.name for own in self._view.operations if own.shape}
        by_path: dict[str, dict[str, tuple[str, Operation]]] = {}
        for operation_id, method, path, operation in (*TABLE, *own):
            by_path.setdefault(path, {})[method] = (operation_id, operation)
        self._served = frozenset(row[0] for row in (*TABLE, *own))
        self._resources = [_Resource(_pattern(path), methods) for path, methods in by_path.items()]

    async def __call__(self, request: Request) -> Response:
        """Return the response; a refusal is a response too."""
        try:
            is_open = request.method in ("GET", "HEAD") and _OPEN.fullmatch(request.path)
            self._gate.check(request, needs_token=not is_open)
            return await self._respond(request)
        except RefusedError as error:
            response = error.response
            if error.status == 401:
                return response.with_headers({"WWW-Authenticate": "Bearer"})
            return response

    async def _respond(self, request: Request) -> Response:
        _check_escapes(request)
        resource, path = self._find(ELSEWHERE.get(request.path, request.path))
        method = "GET" if request.method == "HEAD" else request.method
        if method == "OPTIONS":
            return Response(204, headers={"Allow": resource.allow})
        if method not in resource.methods:
            what = f"{request.method[:32]} is not allowed here"
            error = RefusedError(405, what, "method", f"allowed are {resource.allow}")
            return error.response.with_headers({"Allow": resource.allow})
        operation_id, operation = resource.methods[method]
        request.operation = operation_id
        call = ControlRequest(
            self._services,
            request,
            path,
            self._view,
            self._validator,
            self._served,
            needs_token=self._gate.needs_token,
        )
        if operation_id not in _WITH_QUERY:
            call.read_query(Nothing)
        if operation_id not in self._with_body and request.body:
            call.read_body(Nothing)
        if operation_id in _WITH_COUNTS:
            # Other servers count too, so the counts are read from the database first.
            async with self._services.persistence.count_faults(call.world):
                return await operation(call)
        if method == "GET" or operation_id == _VERIFYING:
            return await operation(call)
        if operation_id in _PREPARING:
            call = call._replace(prepared=await _PREPARING[operation_id](call))
        async with self._services.persistence.change(path.get("world")):
            return await operation(call)

    def _find(self, path: str) -> tuple[_Resource, Mapping[str, str]]:
        for resource in self._resources:
            match = resource.pattern.fullmatch(path)
            if match is not None:
                return resource, {k: unquote(v) for k, v in match.groupdict().items()}
        hint = "GET /__admin/reference lists all paths"
        raise RefusedError(404, "nothing is at this path", "path", hint)


def _run(own: OwnOperation) -> Operation:
    """Return the function that runs an operation of a profile."""

    async def run(request: ControlRequest) -> Response:
        body = None if own.shape is None else request.read_body(own.shape)
        return await own.run(OwnCall(request.world, request.path, body))

    return run


def _check_escapes(request: Request) -> None:
    for where, text in (("path", request.path), ("query", request.query)):
        if not is_percent_encoded(text):
            hint = "write % and two hexadecimal digits (RFC 3986, section 2.1), % itself as %25"
            raise RefusedError(400, f"the {where} is not percent-encoded", where, hint)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{([A-Za-z]+)\}", r"(?P<\1>[^/]+)", path) + "/?")
