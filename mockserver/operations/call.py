"""A call of an operation by a tenant that may make it."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from mockserver.contract.document import Operation
from mockserver.domain.integer import parse_integer
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.tenancy import Project
from mockserver.operations import refusals
from mockserver.store.interface import Store


class Call(NamedTuple):
    """What an operation is given: whom it acts for, on what, and when (epoch milliseconds).

    *path* holds the path parameters, decoded, and *query* the query string as it was sent.
    """

    operation: Operation
    lifecycle: Lifecycle
    store: Store
    project: Project
    path: Mapping[str, str]
    query: str
    now: int

    def read_text(self, name: str) -> str:
        """Return a path parameter.

        Raises:
            HttpError: it is not UTF-8, or shorter or longer than its schema says.
        """
        schema, value = self.operation.parameter(name).schema, self.path[name]
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refusals.invalid_path_parameter(name, "is not UTF-8") from None
        shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
        if len(value) < shortest:
            raise refusals.invalid_path_parameter(name, f"has fewer than {shortest} characters")
        if longest is not None and len(value) > longest:
            raise refusals.invalid_path_parameter(name, f"has more than {longest} characters")
        return value

    def read_integer(self, name: str) -> int:
        """Return a path parameter that is an integer.

        Raises:
            HttpError: it is not an integer of 64 bits.
        """
        value = self.read_text(name)
        try:
            return parse_integer(value)
        except ValueError as error:
            raise refusals.invalid_integer(name, value, error) from None

    def parse_query(self) -> Mapping[str, str]:
        """Return the query parameters, decoded; of several with one name, the first."""
        if not self.query:
            return {}
        return dict(reversed(parse_qsl(self.query, keep_blank_values=True)))
