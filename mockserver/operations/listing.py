"""The role of operations that list records, a page at a time."""

from mockserver.contract.operations import Operation
from mockserver.http.messages import Response
from mockserver.operations.call import Call, make_response
from mockserver.records.bodies.list_result import ListResult
from mockserver.records.kind import Kind
from mockserver.records.listing.pages import PageWriter
from mockserver.records.listing.request import QueryReader


class Listing:
    """Responds with a page of the records of *kind*."""

    def __init__(self, kind: Kind, operation: Operation) -> None:
        self._kind = kind
        self._pages = PageWriter(kind)
        self._query = QueryReader(kind, wants_records=self._pages.reads_records)
        self._result = ListResult(operation, kind.pages)
        self.is_repeatable = self._query.is_of_target
        self.names_host = not self._pages.is_silent

    def read_body(self, _: bytes, __: str) -> None:
        """Return nothing: what is in a body says nothing of a list, unless the contract does."""

    async def perform(self, call: Call) -> Response:
        """Return the page that *call* asks for."""
        kind = self._kind
        scope = (*kind.scope_of(call.arguments), *call.tenant)
        query = self._query.read(scope, call.arguments)
        found = await call.records.page(kind, scope, query, call.now)
        result = self._result
        if not self.names_host:
            return make_response(result.status, result.body(found.joined), result.media_type)
        said = self._pages.write(query, found, scope, call.target)
        body = result.body(found.joined, said.members)
        return make_response(result.status, body, result.media_type, said.headers)
