"""The check of a request: what the contract does not allow, also where the API lets it pass.

The journal and ``--validate`` both say what is found here.
"""

from collections.abc import Iterator

from mockserver.contract.contract import Contract
from mockserver.contract.operations import Operation
from mockserver.http.messages import Request
from mockserver.http.paths import PathMatch, Paths, is_percent_encoded
from mockserver.validation.calls import Breach, CallValidator
from mockserver.validation.violation import Violation


class RequestValidator:
    """Checks requests against any *contract*, whose *paths* they are matched with."""

    def __init__(self, contract: Contract, paths: Paths) -> None:
        self._contract = contract
        self._paths = paths
        self._calls: dict[str, CallValidator] = {}
        self._pages = {
            resource.list.value.call: resource.pages.value
            for resource in contract.resources
            if resource.list is not None and resource.pages is not None
        }

    def match(self, request: Request) -> PathMatch | None:
        """Return what the contract has at the path of *request*."""
        return self._paths.match(request.method, request.path)

    def check(
        self, request: Request, match: PathMatch | None, *, is_authenticated: bool
    ) -> Iterator[Violation]:
        """Yield how *request* breaks the contract.

        Args:
            request: what was sent.
            match: what the contract has at its path.
            is_authenticated: whether its credential is known, or it needs none.
        """
        for breach in self._find(request, match, is_authenticated=is_authenticated):
            yield Violation("request", *breach, self._contract.file.name)

    def _find(
        self, request: Request, match: PathMatch | None, *, is_authenticated: bool
    ) -> Iterator[Breach]:
        if match is None and not is_percent_encoded(request.path):
            message = "the path is not percent-encoded (RFC 3986, section 2.1)"
            yield Breach("/paths", message)
        elif match is None:
            yield Breach("/paths", f"the contract has no path {request.path}")
        elif match.operation is not None:
            yield from self._validator(match.operation).check(
                request, match.parameters, is_authenticated=is_authenticated
            )
        elif request.method != "OPTIONS":
            message = f"the path does not have the method {request.method}; it has {match.allow}"
            yield Breach(match.pointer, message)

    def _validator(self, operation: Operation) -> CallValidator:
        if operation.call not in self._calls:
            declared, pages = self._contract.credentials.value, self._pages.get(operation.call)
            self._calls[operation.call] = CallValidator(operation, declared, pages)
        return self._calls[operation.call]
