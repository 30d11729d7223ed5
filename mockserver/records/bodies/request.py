"""Bodies of requests: JSON and forms, held against the schema that the operation declares."""

from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from mockserver.contract.operations import Operation, is_json
from mockserver.contract.tree import Node
from mockserver.parsing.integer import parse_integer
from mockserver.parsing.sources import decode_utf8, parse_json
from mockserver.records.bodies.media import JSON, strip_parameters
from mockserver.records.refusals import InvalidBodyError
from mockserver.records.schemas.fitting import kinds_of, merge_parts
from mockserver.records.schemas.schema import Misfit, Schema

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_BOOLEANS = {"true": True, "false": False}


class RequestBody:
    """The body that requests for *operation* have."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        declared = operation.node.get("requestBody")
        content = declared.get("content") if declared is not None else None
        self._media: dict[str, Node] = {}
        for name, node in content.members() if content is not None else ():
            self._media[strip_parameters(name)] = node
        said = declared.value if declared is not None else None
        self._is_required = isinstance(said, dict) and said.get("required") is True

    def read(self, octets: bytes, content_type: str = "") -> Any:
        """Return what a body states; None where there is none.

        An empty body is none, whatever the Content-Type. One that the contract does not declare
        means nothing and breaks nothing.

        Raises:
            InvalidBodyError: it is missing, does not parse, or breaks its schema.
        """
        if not octets:
            if self._is_required:
                raise self._invalid(Misfit("", "is missing; send what the operation declares"))
            return None
        media_type = strip_parameters(content_type) or JSON
        if not self._media:
            return _if_json(octets)
        if not any(is_json(name) or name in (_FORM, _MULTIPART) for name in self._media):
            # Octets of another kind, such as a file, say nothing that could be held to a schema.
            return None
        value = self._parse(octets, media_type, content_type)
        schema = self._schema_for(media_type)
        if schema is not None and not schema.surely_fits(value):
            misfits = schema.misfits(value, exclusive=False)
            if misfits:
                raise self._invalid(*misfits, well_formed=True)
        return value

    def _parse(self, octets: bytes, media_type: str, content_type: str) -> Any:
        is_form = media_type in (_FORM, _MULTIPART)
        if is_form and media_type not in self._media and not {_FORM, _MULTIPART} & set(self._media):
            told = f"is sent as {media_type}; send Content-Type: {next(iter(self._media))}"
            raise self._invalid(Misfit("", told))
        try:
            if not is_form:
                return parse_json(decode_utf8(octets))
            pairs = (
                parse_qsl(decode_utf8(octets), keep_blank_values=True)
                if media_type == _FORM
                else list(_parts(octets, content_type))
            )
        except (ValueError, RecursionError) as error:
            what = "form" if is_form else "JSON"
            raise self._invalid(Misfit("", f"is not {what}: {error}")) from None
        return _Form(self._schema_for(media_type)).value(pairs)

    def _schema_for(self, media_type: str) -> Schema | None:
        if media_type not in self._schemas:
            media_type = next((m for m in self._media if is_json(m)), next(iter(self._media)))
        return self._schemas[media_type]

    @cached_property
    def _schemas(self) -> dict[str, Schema | None]:
        found = {name: node.get("schema") for name, node in self._media.items()}
        return {n: Schema(s, sent=True) if s is not None else None for n, s in found.items()}

    def _invalid(self, *misfits: Misfit, well_formed: bool = False) -> InvalidBodyError:
        status = choose_refusal(self._operation, well_formed=well_formed)
        return InvalidBodyError(status, misfits)


def choose_refusal(operation: Operation, *, well_formed: bool) -> int:
    """Return the status for a body that cannot be taken, as the operation declares.

    If it declares both, 422 is for what is well-formed and breaks the schema (RFC 9110,
    section 15.5.21), and 400 for all else.
    """
    codes = ("422", "400") if well_formed else ("400", "422")
    return next((int(code) for code in codes if code in operation.responses), 400)


class _Form:
    """Gives the texts of a form the types that their schema has."""

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema

    def value(self, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the object of *pairs*; ``a[b]`` is a member of ``a``, ``a[]`` an item of it."""
        known = self._list_known(self._schema.value) if self._schema is not None else {}
        made: dict[str, Any] = {}
        for name, text in pairs:
            steps = name.replace("]", "").split("[")
            here, parts = made, known
            for step in steps[:-1] if steps[-1] else steps[:-2]:
                below = here.setdefault(step, {})
                here = below if isinstance(below, dict) else {}
                parts = self._list_known(parts.get(step, {}))
            last = steps[-1] or steps[-2] if len(steps) > 1 else steps[0]
            self._put(here, last, text, parts.get(last, {}), listed=not steps[-1])
        return made

    def _put(self, here: dict[str, Any], name: str, text: str, part: Any, *, listed: bool) -> None:
        said = merge_parts(self._schema, part) if self._schema is not None else {}
        kinds = kinds_of(said)
        if listed or "array" in kinds:
            items = (
                merge_parts(self._schema, said.get("items", {})) if self._schema is not None else {}
            )
            here.setdefault(name, []).append(_convert(text, kinds_of(items)))
        else:
            here[name] = _convert(text, kinds)

    def _list_known(self, part: Any) -> Mapping[str, Any]:
        said = merge_parts(self._schema, part) if self._schema is not None else {}
        found: Mapping[str, Any] = said.get("properties", {})
        return found


def _convert(text: str, kinds: Sequence[str]) -> Any:
    """Return what *text* states as the first of *kinds* that it can be, or the text."""
    for kind in kinds:
        if kind == "boolean" and text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        if kind in ("integer", "number"):
            try:
                return parse_integer(text) if kind == "integer" else float(text)
            except ValueError:
                continue
        if kind == "object":
            found = _if_json(text.encode())
            return text if found is None else found
    return text


def _parts(octets: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each part of a multipart form (RFC 7578); files are read as text."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + octets)
    if not message.is_multipart():
        raise ValueError("its boundary is not the one that Content-Type names")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            yield name, content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _if_json(octets: bytes) -> Any:
    try:
        return parse_json(decode_utf8(octets))
    except (ValueError, RecursionError):
        return None
