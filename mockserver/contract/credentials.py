"""What a call has to carry, and which parameters name the tenant where ``x-tenancy`` does not."""

from collections.abc import Sequence

from mockserver.contract.contract import Credential, Fact, Grade, Tenancy
from mockserver.contract.operations import Operation
from mockserver.contract.tree import Node

_HEADER = "Authorization"


def read_credentials(root: Node, operations: Sequence[Operation]) -> Fact[tuple[Credential, ...]]:
    """Return the credentials that calls need, any one of them; none where nothing says so."""
    schemes = root.find("components", "securitySchemes")
    named = _list_required(root, operations)
    declared = tuple(
        credential
        for name, scheme in (schemes.members() if schemes is not None else ())
        if name in named and (credential := _credential(name, scheme)) is not None
    )
    if declared:
        return Fact(declared, Grade.DECLARED, "securitySchemes, as security requires them")
    for operation in operations:
        parameter = operation.parameter(_HEADER, "header")
        if parameter is not None:
            made = Credential(_HEADER, "bearer", "header", _HEADER)
            return Fact((made,), Grade.INFERRED, f"a header parameter {parameter.name}")
    return Fact((), Grade.DECLARED, "nothing requires a credential")


def _list_required(root: Node, operations: Sequence[Operation]) -> set[str]:
    holders = [root, *(operation.node for operation in operations)]
    return {
        name
        for holder in holders
        for requirement in holder.value.get("security") or ()
        if isinstance(requirement, dict)
        for name in requirement
    }


def _credential(name: str, scheme: Node) -> Credential | None:
    kind = scheme.get_text("type")
    if kind == "apiKey":
        where, parameter = scheme.get_text("in") or "header", scheme.get_text("name") or name
        return Credential(name, "apiKey", where, parameter)
    if kind in ("oauth2", "openIdConnect"):
        return Credential(name, "bearer", "header", _HEADER)
    said = (scheme.get_text("scheme") or "").lower()
    if kind == "http" and said:
        return Credential(name, said, "header", _HEADER)
    return None


def infer_tenancy(lists: Sequence[Operation]) -> Fact[Tenancy] | None:
    """Return the path parameters that every list has, if there are any."""
    if not lists:
        return None
    first, *rest = [operation.path_parameters for operation in lists]
    names = tuple(name for name in first if all(name in other for other in rest))
    if not names:
        return None
    return Fact(Tenancy(names), Grade.INFERRED, "path parameters that every list has")
