"""Contents as they were before they were compressed for the way (RFC 9110, section 8.4)."""

import zlib

from mockserver.proxy.exchange import Content, Fields, list_fields

#: zlib's words for gzip, and for what servers send as deflate.
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_UNCODED = "identity"


def decode_content(content: Content, fields: Fields, most: int) -> Content:
    """Return *content* without the codings that *fields* name.

    What cannot be decoded, or is longer than *most* octets then, is left out: nobody could look
    for credentials in it.
    """
    octets = content.octets
    if not octets:
        return content
    codings = [coding.lower() for coding in list_fields(fields, "content-encoding")]
    for coding in reversed(codings):
        if coding == _UNCODED:
            continue
        if coding not in _WINDOWS:
            return _leave_out(content, f"the content coding {coding} is not decoded")
        decoder = zlib.decompressobj(_WINDOWS[coding])
        try:
            octets = decoder.decompress(octets, most + 1)
        except zlib.error:
            return _leave_out(content, f"it is not {coding}, as its header says")
        if len(octets) > most:
            return _leave_out(content, f"longer than {most:,} octets")
        if not decoder.eof:
            return _leave_out(content, f"its {coding} is not whole")
    return Content(octets, len(octets), content.note)


def _leave_out(content: Content, why: str) -> Content:
    return Content(None, content.length, f"not recorded: {why}")
