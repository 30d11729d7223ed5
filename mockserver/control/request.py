"""A request to the control API, read strictly, and how one is refused."""

from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from mockserver.control.services import Services
from mockserver.http.messages import Request
from mockserver.http.refused import RefusedError
from mockserver.parsing.diagnostics import first_flaw
from mockserver.parsing.sources import normalize_numbers
from mockserver.profiles.view import View
from mockserver.records.bodies.media import strip_parameters
from mockserver.records.fixtures.path_words import list_places
from mockserver.validation.requests import RequestValidator
from mockserver.worlds.world import World

T = TypeVar("T")
Q = TypeVar("Q", bound=msgspec.Struct)

#: The largest JSON that is read at once; what is larger can only be a fixture.
MOST_READ_BYTES = 256 * 1024
_MOST_LISTED = 20
JSON_TYPES = ("", "application/json")
YAML_TYPES = ("application/yaml", "text/yaml")


class ControlRequest(NamedTuple):
    """A request for one of the resources: *path* has the path parameters, decoded.

    *view* shows worlds in the words of the API, *validator* holds recorded requests against its
    contract. *served* are the names of all operations that there are. *prepared* is the result of
    the operation's preparation, if it has one; see `control.api`. *needs_token* is whether those
    who steer have to show a token.
    """

    services: Services
    http: Request
    path: Mapping[str, str]
    view: View
    validator: RequestValidator
    served: frozenset[str]
    prepared: Any = None
    needs_token: bool = False

    @property
    def world(self) -> World:
        """The world that the path names.

        Raises:
            RefusedError: no world has that name.
        """
        name = self.path["world"]
        world = self.services.worlds.by_name.get(name)
        if world is None:
            names = list_names(self.services.worlds.by_name)
            hint = f"there are {names}; POST /__admin/worlds makes another"
            raise RefusedError(404, "no world has that name", "world", hint)
        return world

    @property
    def places(self) -> Mapping[str, Collection[str] | None]:
        """The values that each path parameter, and each shorter name of one, has; None: any."""
        services = self.services
        return list_places(
            services.api.contract, services.profile.words.path_words, self.world.seed.scopes
        )

    def media_type(self) -> str:
        """Return the media type of the body, without parameters."""
        return strip_parameters(self.http.headers.get("Content-Type", ""))

    def split_body(self, member: str) -> tuple[bytes, bytes]:
        """Return the JSON of the body without a *member*, and that of this member, if it is there.

        A member that may be large is not decoded here; it is read later, while others are served.
        """
        body = self.http.body.removeprefix(BOM_UTF8)
        try:
            members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # Reading it as a whole will say what is wrong.
            return body, b""
        apart = bytes(members.pop(member, b""))
        return msgspec.json.encode(members), apart

    def read_body(self, shape: type[T], octets: bytes | None = None) -> T:
        """Return the JSON body, or the *octets* that are left of it, as *shape*.

        Raises:
            RefusedError: it is of another media type, too large, not JSON, or of another shape.
        """
        octets = self.http.body if octets is None else octets
        if self.media_type() not in JSON_TYPES:
            hint = "send Content-Type: application/json"
            raise RefusedError(415, "the body is not sent as JSON", "Content-Type", hint)
        if len(octets) > MOST_READ_BYTES:
            what = f"the body, without its fixture, is longer than {MOST_READ_BYTES:,} octets"
            raise RefusedError(413, what, "", "send less")
        try:
            value = normalize_numbers(msgspec.json.decode(octets.removeprefix(BOM_UTF8)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            hint = "send a JSON object"
            raise RefusedError(400, f"the body is not JSON: {error}", "", hint) from None
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            what, where = first_flaw(value, shape) or (str(error), "")
            hint = "GET /__admin/reference describes what this body may hold"
            raise RefusedError(400, what, where, hint) from None

    def read_query(self, shape: type[Q]) -> Q:
        """Return the query parameters as *shape*.

        One whose shape is a mapping is given as ``name=value``, and may be given several times.

        Raises:
            RefusedError: one is unknown, given more than once, or of another form.
        """
        hints = get_type_hints(shape)
        kinds = {field.encode_name: hints[field.name] for field in msgspec.structs.fields(shape)}
        values: dict[str, Any] = {}
        for name, text in parse_qsl(self.http.query, keep_blank_values=True):
            if name in kinds and get_origin(kinds[name]) is dict:
                key, equals, value = text.partition("=")
                if not equals or key in values.setdefault(name, {}):
                    hint = "give name=value, and each name once"
                    raise RefusedError(400, "is not a name and its value", name, hint)
                values[name][key] = value
                continue
            if name in values:
                what = "a query parameter is given more than once"
                raise RefusedError(400, what, "query", "give it once")
            values[name] = text
            # msgspec would read it as None.
            if text.lower() == "null" and name in kinds and str not in get_args(kinds[name]):
                raise RefusedError(
                    400, "null is not a value of this parameter", name, "leave the parameter out"
                )
        try:
            return msgspec.convert(values, shape, strict=False)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at ")
            name = _pointer(where.strip("`")).lstrip("/") or "query"
            hint = "GET /__admin/reference describes the query parameters"
            raise RefusedError(400, what, name, hint) from None


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of an operation without query parameters, and the body of one without a body."""


def list_names(names: Iterable[str]) -> str:
    """Return *names* for a hint, the first of them if there are many."""
    known = list(names)
    left = [f"{len(known) - _MOST_LISTED:,} more"] if len(known) > _MOST_LISTED else []
    return ", ".join([*known[:_MOST_LISTED], *left]) or "none"


def _pointer(path: str) -> str:
    """Return msgspec's ``$.a[0].b`` as a JSON pointer."""
    tokens = path.removeprefix("$").replace("[", ".").replace("]", "").split(".")
    return "/".join(tokens)
