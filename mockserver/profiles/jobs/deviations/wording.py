"""Deviations of wording, as the deployed API has it: its error texts, and its way to write JSON."""

import re

from mockserver.deviations.deviation import (
    Deviation,
    InterceptedCall,
    InterceptedRequest,
)
from mockserver.http.messages import JSON, Response, json_response
from mockserver.profiles.jobs.deviations.limits import encode_parameter, find_longest

_RESPONSES = "/paths/~1public~1{projectKey}~1jobs~1{jobId}/get/responses/400"
_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    '"': r"\"",
    "\\": r"\\",
}
#: What HTML would take for markup, and JavaScript once took for the end of a line.
_MARKUP = re.compile(b"[<>&]|\xe2\x80[\xa8\xa9]")


async def _reword_errors(call: InterceptedCall) -> Response:
    """Explain a refusal in the words of the deployed API."""
    response = await call.respond()
    if call.name == "deleteUser" and response.status == 409:
        reason = "a deletion job for this user is already scheduled or running"
        return json_response(409, {"error": reason})
    if call.name == "deleteUser" and response.status == 400 and b"has more than" in response.body:
        longest = find_longest(call.operation, "userId")
        reason = f"userID exceeds maximum length of {longest} characters"
        return json_response(400, {"error": reason})
    if response.status == 400 and b"invalid path param jobID" in response.body:
        out_of_range = b"value out of range" in response.body
        why = "value out of range" if out_of_range else "invalid syntax"
        reason = f"invalid path param jobID: strconv.Atoi: parsing {_quote(call)}: {why}"
        return json_response(400, {"error": reason})
    return response


def _quote(call: InterceptedCall) -> str:
    """Return the jobId in quotation marks, as Go's ``strconv.Quote`` writes it."""
    text = encode_parameter(call, "jobId").decode(errors="surrogateescape")
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES or character.isprintable():
        return _ESCAPES.get(character, character)
    if 0xDC80 <= code <= 0xDCFF:
        # An octet that is not UTF-8.
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


async def _escape_markup(intercepted: InterceptedRequest) -> Response:
    """Write JSON so that it can be put into HTML; only texts within it can hold markup."""
    response = await intercepted.respond()
    if response.headers.get("Content-Type") != JSON or not _MARKUP.search(response.body):
        return response

    def escape_match(match: "re.Match[bytes]") -> bytes:
        return f"\\u{ord(match[0].decode()):04x}".encode()

    return Response(response.status, _MARKUP.sub(escape_match, response.body))


DEVIATIONS = (
    Deviation(
        "words-of-the-deployed-api",
        "conforming",
        "Explains refusals in the words of the deployed API, `strconv.Atoi` included.",
        _RESPONSES,
        around=_reword_errors,
    ),
    Deviation(
        "escapes-markup",
        "conforming",
        "Writes `<`, `>`, `&`, U+2028 and U+2029 in JSON as `\\u003c` and so on.",
        "/components/schemas/Job",
        before=_escape_markup,
    ),
)
