"""Reading what a request for a list asks for: its page, its order and its filters."""

from msgspec import structs

from mockserver.contract.contract import Cursor, Pages
from mockserver.contract.schemas import pointer_of
from mockserver.parsing.pointer import escape
from mockserver.records.arguments import Arguments, QueryText
from mockserver.records.kind import Kind
from mockserver.records.listing.filters import conditions_of
from mockserver.records.listing.numbers import USUAL_LIMIT, Number, limit_of, offset_of
from mockserver.records.listing.query import Column, Mark, Ordering, Query
from mockserver.records.listing.tokens import UnknownTokenError, list_identity, read_token
from mockserver.records.places import Place
from mockserver.records.record import Scope
from mockserver.records.refusals import InvalidArgumentError, choose_refusal

#: What links lead on by where the contract names no parameter; clients take links as they are.
_OF_LINKS = Cursor("cursor")
_DIRECTIONS = {"asc": False, "ascending": False, "desc": True, "descending": True}


def usual_order(kind: Kind) -> Ordering:
    """Return the order of the list of *kind* where a request states none."""
    by, key = kind.order.by, kind.key
    if by is None or (kind.serials_are_keys and key is not None and by == key.pointer):
        return Ordering()
    return Ordering((Column(Place(by), kind.scale(by)),))


def cursor_of(pages: Pages) -> Cursor | None:
    """Return the cursor by which the list pages, or None if it counts pages or records."""
    if pages.cursor is not None:
        return pages.cursor
    counted = pages.page is not None or pages.offset is not None
    return _OF_LINKS if pages.style == "link" and not counted else None


class QueryReader:
    """Reads what requests for the list of *kind* ask for.

    Args:
        kind: what is listed.
        wants_records: whether more than the texts of a page is looked at.

    Attributes:
        is_of_target: whether all of that stands in the path and the query.
    """

    def __init__(self, kind: Kind, *, wants_records: bool = True) -> None:
        self._kind = kind
        self._wants_records = wants_records
        pages = kind.pages
        self._limit = None if pages.limit is None else limit_of(kind, pages.limit)
        self._offset = offset_of(kind)
        self._usual_limit = None if pages.style == "none" else USUAL_LIMIT
        self._cursor = cursor_of(pages)
        self._wants_total = pages.total is not None or pages.last is not None
        said = kind.order
        # Where nothing is said, the newest come first.
        direction = said.direction or ("ascending" if said.by is not None else "descending")
        self._order_parameter = said.parameter
        self._usual_order = usual_order(kind), direction == "descending"
        bounds = (pages.limit, pages.page, pages.offset, self._cursor)
        places = {bound.where for bound in bounds if bound is not None}
        parameters = [kind.parameter(said.parameter) for said in kind.filters]
        places |= {found.where for found in parameters if found is not None}
        self.is_of_target = places <= {"path", "query"}

    def read(self, scope: Scope, arguments: Arguments) -> Query:
        """Return what a request in *scope* asks for.

        Raises:
            InvalidArgumentError: a number, a cursor, an order or a filter cannot be taken.
        """
        kind, reader = self._kind, _Reader(self._kind, arguments)
        ordering, descending = self._usual_order
        if self._order_parameter is not None:
            ordering, descending = reader.order(self._order_parameter, self._usual_order)
        limit = self._usual_limit if self._limit is None else reader.number(self._limit)
        cursor = self._cursor
        query = Query(
            conditions=tuple(conditions_of(kind, arguments)) if kind.filters else (),
            ordering=ordering,
            descending=descending,
            limit=limit,
            offset=self._find_offset(reader, limit) if cursor is None else 0,
            wants_total=self._wants_total,
            wants_records=self._wants_records,
        )
        if cursor is None:
            return query
        identity = identity_of(kind, scope, query) if cursor.kind == "token" else b""
        mark = reader.mark(cursor, identity)
        return structs.replace(query, mark=mark)

    def _find_offset(self, reader: "_Reader", limit: int | None) -> int:
        """Return how many records come before those of the page."""
        offset = self._offset
        if offset is None or (offset.is_page and limit is None):
            return 0
        before = reader.number(offset) - offset.least
        return before * (limit or 0) if offset.is_page else before


def identity_of(kind: Kind, scope: Scope, query: Query) -> bytes:
    """Return what tells the list of which *query* asks for a page from all others."""
    conditions = [[c.place.pointer, c.relation, c.texts] for c in query.conditions]
    return list_identity(
        kind.name,
        scope,
        conditions,
        [(column.place.pointer, column.turned) for column in query.ordering.columns],
        query.descending,
    )


class _Reader:
    """Reads the parameters of one request for the list of a kind."""

    def __init__(self, kind: Kind, arguments: Arguments) -> None:
        self._kind = kind
        self._arguments = arguments
        query = arguments.query
        #: Of several of one name, the last.
        self._query = query.by_name() if isinstance(query, QueryText) else dict(query)

    def number(self, said: "Number") -> int:
        """Return the number that the request has where *said* takes one.

        Raises:
            InvalidArgumentError: it is outside, and that is refused.
        """
        name, where = said.bound.parameter, said.bound.where
        return said.read(self._query.get(name) if where == "query" else self._text(name, where))

    def mark(self, cursor: Cursor, identity: bytes) -> Mark | None:
        """Return where the page begins or ends, or None where no cursor is given."""
        for name, back in ((cursor.parameter, False), (cursor.back, True)):
            text = None if name is None else self._text(name, cursor.where)
            if name is None or not text:
                continue
            unknown = choose_refusal(self._kind) if cursor.unknown is None else cursor.unknown
            if cursor.kind == "token":
                try:
                    return read_token(text, identity)
                except UnknownTokenError:
                    told = "is not a token of this list; take it from one of its pages"
                    raise InvalidArgumentError(name, unknown, told) from None
            key = self._kind.key_of(text)
            if key is None:
                raise InvalidArgumentError(name, unknown, "is not the key of a record")
            return Mark(key=key, back=back, parameter=name, unknown=unknown)
        return None

    def order(self, name: str, usual: tuple[Ordering, bool]) -> tuple[Ordering, bool]:
        """Return the order that the parameter of that *name* says, or the *usual* one."""
        texts = self._arguments.texts(name)
        parameter = self._kind.parameter(name)
        schema = None if parameter is None else parameter.schema
        default = schema.value.get("default") if schema and isinstance(schema.value, dict) else None
        if not texts or list(texts) == default or texts == (default,):
            return usual
        if len(texts) == 1 and texts[0].lower() in _DIRECTIONS:
            return usual[0], _DIRECTIONS[texts[0].lower()]
        stated = [part.strip() for text in texts for part in text.split(",")]
        columns = [self._column(name, part) for part in stated]
        turned = columns[0].turned
        relative = [structs.replace(c, turned=c.turned != turned) for c in columns]
        return Ordering(tuple(relative)), turned

    def _column(self, parameter: str, text: str) -> Column:
        """Return the place that *text* names, such as ``-name`` or ``name:desc``."""
        name, _, direction = text.lstrip("+-").replace(":", " ").partition(" ")
        pointer = f"/{escape(name)}"
        if not self._kind.has(pointer) or (direction and direction.lower() not in _DIRECTIONS):
            raise self._invalid(parameter, "is not an order; write the name of a property")
        turned = _DIRECTIONS.get(direction.lower(), text.startswith("-"))
        return Column(Place(pointer), self._kind.scale(pointer), turned)

    def _text(self, name: str, where: str) -> str | None:
        """Return the text of a parameter of the request, or of a member of its body."""
        if where == "query":
            return self._query.get(name)
        if where != "body":
            texts = self._arguments.texts(name)
            return texts[-1] if texts else None
        value = Place(pointer_of(name)).read(self._arguments.body)
        return None if value is None else str(value)

    def _invalid(self, parameter: str, why: str) -> InvalidArgumentError:
        return InvalidArgumentError(parameter, choose_refusal(self._kind), why)
