"""Sends one request and reads its answer within bounds: of time, of size, and once decoded.

Whatever a server does, reading ends: after the seconds that were given, or when more octets have
come than were allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as TlsError

from contracts.http import json_text
from contracts.http.content_codings import CodingError, LengthError, decode
from contracts.http.watchdog import Watchdog
from contracts.target import Target

PIECE = 1 << 16
"""Octets that are read in one call."""

MANY_HEADERS = ("got more than", "when reading header line", "when reading status line")
"""What http.client says of headers that do not end."""


class TooLarge(requests.exceptions.RequestException):
    """An answer holds more than this judge reads."""


class TooSlow(requests.exceptions.Timeout):
    """An answer did not end in time."""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """An answer that was read to its end."""

    response: requests.Response
    """Its content is decoded, where that could be done."""
    miscoded: str = ""
    """Why the content is not decoded: it has not the coding that the answer names."""


class Wire(HTTPAdapter):
    """The connections to one deployment."""

    def __init__(self, target: Target) -> None:
        self._watchdog = Watchdog()
        self._target = target
        super().__init__(pool_maxsize=32)
        self._watch(self.poolmanager)

    def _watch(self, manager: Any) -> Any:
        manager.pool_classes_by_scheme = self._watchdog.get_pools()
        return manager

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the connections through *proxy*, watched like all others."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        return manager if known else self._watch(manager)

    def fetch(self, request: requests.PreparedRequest, seconds: float, most: int) -> WireResponse:
        """Send *request* and read the answer: *seconds* in all, and *most* octets.

        Raises TooSlow, TooLarge, and what requests raises where no answer comes.
        """
        began = "no answer began"
        with self._watchdog.set_deadline(seconds) as deadline:
            try:
                response = HTTPAdapter.send(
                    self,
                    request,
                    stream=True,
                    timeout=seconds,
                    verify=self._target.verify,
                    proxies=self._target.proxies,
                )
                began = f"the answer ({response.status_code}) did not end"
                body = _read(response, most)
            except (requests.RequestException, HTTPError, OSError) as error:
                if deadline.expired or isinstance(error, requests.Timeout | ReadTimeoutError):
                    raise TooSlow(f"{began} within {seconds:.3g} s", request=request) from error
                raise _unwrap(error, request) from error
            if deadline.expired:  # a body without a length ends where the connection does
                response.close()
                raise TooSlow(f"{began} within {seconds:.3g} s", request=request)
        return _decode(response, body, most)


def _read(response: requests.Response, most: int) -> bytes:
    """Return the body as it was sent; it is read raw, so that no decoder can make more of it."""
    raw, found = response.raw, bytearray()
    try:
        while (raw.length_remaining or 0) <= most - len(found):
            piece = raw.read(PIECE, decode_content=False)
            found += piece
            if len(found) > most:
                break
            if not piece:
                return bytes(found)
    except BaseException:
        response.close()
        raise
    response.close()
    raise _make_too_large(response, f"longer than {_format_size(most)} (--max-answer)")


def _decode(response: requests.Response, body: bytes, most: int) -> WireResponse:
    miscoded = ""
    try:
        body = decode(body, response.headers.get("Content-Encoding", ""), most)
        json_text.check(body)
    except LengthError:
        message = f"longer than {_format_size(most)} (--max-answer) once it is decompressed"
        raise _make_too_large(response, message) from None
    except json_text.ExcessError as excess:
        raise _make_too_large(response, f"more than can be looked at: {excess}") from None
    except CodingError as error:
        miscoded = str(error)
    vars(response).update(_content=body, _content_consumed=True)
    return WireResponse(response, miscoded)


def _make_too_large(response: requests.Response, what: str) -> TooLarge:
    message = f"the answer ({response.status_code}) is {what}"
    return TooLarge(message, request=response.request, response=response)


def _unwrap(error: Exception, request: requests.PreparedRequest) -> requests.RequestException:
    """Return *error* as requests would raise it, or what it really is."""
    if any(message in str(error) for message in MANY_HEADERS):
        return TooLarge("the answer has headers without end", request=request)
    if isinstance(error, requests.RequestException):
        return error
    if isinstance(error, TlsError):
        return requests.exceptions.SSLError(error, request=request)
    if isinstance(error, ProtocolError):
        return requests.exceptions.ChunkedEncodingError(error, request=request)
    return requests.exceptions.ConnectionError(error, request=request)


def _format_size(octets: int) -> str:
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if octets % unit == 0:
            return f"{octets // unit} {name}"
    return f"{octets} octets"
