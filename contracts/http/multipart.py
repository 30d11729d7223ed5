"""The parts of a form that a request carried, as curl is told them."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from contracts.http.exchange import Exchange


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part: the option of curl, and what the option says."""

    option: str
    word: str


def list_parts(exchange: Exchange) -> list[FormPart]:
    """Return the parts of a request of multipart/form-data (RFC 7578); none of any other."""
    media = next((v for n, v in exchange.headers.items() if n.lower() == "content-type"), "")
    body = exchange.request_body
    if not media.lower().startswith("multipart/form-data") or not isinstance(body, bytes):
        return []
    head = f"Content-Type: {media}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found = []
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        word = f"{part.get_param('name', header='content-disposition')}={text}"
        file = part.get_filename()
        if file is None:
            found.append(FormPart("--form-string", word))
        else:
            kind = part.get_content_type()
            found.append(FormPart("-F", f"{word};filename={file};type={kind}"))
    return found
