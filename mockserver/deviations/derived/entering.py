"""Deviations of who is let in, and of what they see: credentials, tenants, scopes."""

from collections.abc import Iterator
from urllib.parse import quote

from mockserver.contract.contract import Contract
from mockserver.deviations.deviation import Around, Deviation, InterceptedCall, replace_status
from mockserver.http.credentials import Caller, choose_refusal
from mockserver.http.messages import Response
from mockserver.records.fixtures.fixtures import is_by_credential
from mockserver.records.kind import Kind

_UNAUTHORIZED = 401
_OTHER_REFUSALS = {401: 403, 403: 401}
_NOT_FOUND = 404


def derive(contract: Contract) -> Iterator[Deviation]:
    """Yield the deviations of the credentials and the tenancy of *contract*."""
    if contract.credentials.value:
        yield Deviation(
            "any-credential-is-admitted",
            "must",
            "Lets everybody in, with any credential or none.",
            "/security",
            around=_admit_anyone,
        )
        for status in sorted({choose_refusal(operation) for operation in contract.operations}):
            other = _OTHER_REFUSALS[status]
            yield Deviation(
                f"strangers-get-{other}",
                "must",
                f"Answers {other} instead of {status} where a credential is missing or wrong.",
                "/security",
                around=_answer_strangers(status, other),
            )
    if contract.tenancy is not None:
        is_hidden = is_by_credential(contract.tenancy.value)
        yield Deviation(
            "other-tenants-are-shown",
            "must",
            "Shows and changes records of other tenants.",
            "/x-tenancy",
            around=_try_others if is_hidden else _admit_to_all,
        )


def derive_of_kind(kind: Kind) -> Iterator[Deviation]:
    """Yield the deviation that a record of *kind* is found below another path."""
    read = kind.resource.read
    names = [name for name in kind.scope if read and name in read.value.path_parameters]
    if read is not None and names:
        yield Deviation(
            "looks-across-scopes",
            "must",
            f"Finds a record below any {' and '.join(names)} that the caller may see.",
            f"{read.value.node.pointer}/responses",
            resource=kind.name,
            around=_look_across(kind),
        )


async def _admit_anyone(call: InterceptedCall) -> Response:
    if call.context.caller is None:
        call.context.caller = Caller()
    return await call.respond()


def _answer_strangers(one: int, other: int) -> Around:
    async def around(call: InterceptedCall) -> Response:
        # A 401 is about credentials; a 403 may be about the state of a record.
        is_meant = call.context.caller is None or one == _UNAUTHORIZED
        response = await call.respond()
        return replace_status(response, other) if is_meant and response.status == one else response

    return around


async def _admit_to_all(call: InterceptedCall) -> Response:
    """Forget which tenants the caller is confined to."""
    if call.context.caller is not None:
        call.context.caller = Caller()
    return await call.respond()


async def _try_others(call: InterceptedCall) -> Response:
    """Ask as every other tenant where the caller's own has no such record."""
    response = await call.respond()
    context = call.context
    own = context.caller
    if own is None or response.status != _NOT_FOUND:
        return response
    for scopes in context.world.secrets.values():
        context.caller = Caller(None if scopes is None else frozenset(scopes))
        other = response if context.caller == own else await call.handle(context)
        if other.status != _NOT_FOUND:
            return other
    context.caller = own
    return response


def _look_across(kind: Kind) -> Around:
    async def around(call: InterceptedCall) -> Response:
        response = await call.respond()
        own = dict(call.parameters)
        if response.status != _NOT_FOUND or not set(kind.scope) < set(own):
            return response
        world = call.context.world
        records = await world.records.all(kind, world.clock.now())
        for scope in dict.fromkeys(record.scope for record in records):
            names = {**own, **dict(zip(kind.scope, scope, strict=False))}
            if names == own or not call.is_admitted(names):
                continue
            path = fill(call.operation.template, names)
            before, _, _ = call.request.path.partition(fill(call.operation.template, own))
            other = await call.respond_to(before + path, call.request.query)
            if other.status != _NOT_FOUND:
                return other
        return response

    return around


def fill(template: str, names: dict[str, str]) -> str:
    """Return the path of a *template* whose parameters are *names*."""
    for name, text in names.items():
        template = template.replace(f"{{{name}}}", quote(text, safe="", errors="surrogateescape"))
    return template
