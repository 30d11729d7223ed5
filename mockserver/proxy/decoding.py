"""Contents as they were before they were compressed for the way (RFC 9110, section 8.4)."""

import re
import zlib

from mockserver.proxy.exchange import Content, Fields, list_fields

#: zlib's words for gzip, and for what servers send as deflate.
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
#: Some servers leave out the header that deflate begins with.
_BARE_DEFLATE = -15
_GZIP_MAGIC = b"\x1f\x8b"
_UNCODED = "identity"
_REFUSED = re.compile(r"q=0(\.0*)?")
_ACCEPT = "accept-encoding"


class CodingError(ValueError):
    """A content cannot be decoded; the message says why."""


def accept_readable(fields: Fields) -> Fields:
    """Return the *fields* of a request, which accept no coding that cannot be decoded here.

    A request that accepts nothing else asks for a content that is not coded (RFC 9110, section
    12.5.3). One that does not say what it accepts is left as it is.
    """
    if all(name.lower() != _ACCEPT for name, _ in fields):
        return fields
    readable = [one for one in list_fields(fields, _ACCEPT) if _is_readable(one)]
    # What accepts anything accepts gzip.
    has_any = any(_name(one) == "*" and not _is_refused(one) for one in readable)
    shown = [one for one in readable if _name(one) != "*" or _is_refused(one)]
    if has_any and not any(_name(one) in _WINDOWS for one in shown):
        shown.append("gzip")
    value = ", ".join(shown) or _UNCODED
    first = next(at for at, (name, _) in enumerate(fields) if name.lower() == _ACCEPT)
    rest = [(name, text) for name, text in fields[first + 1 :] if name.lower() != _ACCEPT]
    return (*fields[:first], (fields[first][0], value), *rest)


def decode_content(content: Content, fields: Fields, most: int) -> Content:
    """Return *content* without the codings that *fields* name.

    What cannot be decoded, or is longer than *most* octets then, is left out: nobody could look
    for credentials in it.
    """
    octets = content.octets
    if not octets:
        return content
    codings = [coding.lower() for coding in list_fields(fields, "content-encoding")]
    try:
        for coding in reversed(codings):
            octets = _decode(octets, coding, most)
    except CodingError as error:
        return Content(None, content.length, f"not recorded: {error}")
    return Content(octets, len(octets), content.note)


def _decode(octets: bytes, coding: str, most: int) -> bytes:
    """Return *octets* without one *coding*.

    Raises:
        CodingError: they have another, or there are more than *most*.
    """
    if coding == _UNCODED:
        return octets
    if coding not in _WINDOWS:
        raise CodingError(f"the content coding {coding} is not decoded")
    try:
        return _inflate(octets, _WINDOWS[coding], coding, most)
    except zlib.error:
        if coding != "deflate":
            raise CodingError(f"it is not {coding}, as its header says") from None
    try:
        return _inflate(octets, _BARE_DEFLATE, coding, most)
    except zlib.error:
        raise CodingError(f"it is not {coding}, as its header says") from None


def _inflate(octets: bytes, window: int, coding: str, most: int) -> bytes:
    """Return what a compressed content holds; of gzip, all members (RFC 1952, section 2.2)."""
    found = bytearray()
    is_first = True
    # What follows the last member is padding, as clients take it.
    while is_first or octets.startswith(_GZIP_MAGIC):
        decoder = zlib.decompressobj(window)
        found += decoder.decompress(octets, most + 1 - len(found))
        if len(found) > most:
            raise CodingError(f"longer than {most:,} octets")
        if not decoder.eof:
            raise CodingError(f"its {coding} is not whole")
        octets, is_first = decoder.unused_data, False
    return bytes(found)


def _name(member: str) -> str:
    return member.partition(";")[0].strip().lower()


def _is_refused(member: str) -> bool:
    return _REFUSED.fullmatch(member.partition(";")[2].replace(" ", "").lower()) is not None


def _is_readable(member: str) -> bool:
    return _name(member) in (*_WINDOWS, _UNCODED, "*") or _is_refused(member)
