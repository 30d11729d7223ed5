"""Sends one request and reads its response within bounds: of time, of size, and once decoded.

Whatever a server does, reading ends: after the seconds that were given, or when more octets have
come than were allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as TlsError

from contracts.http import json_text
from contracts.http.content_codings import CodingError, LengthError, decode
from contracts.http.watchdog import Watchdog
from contracts.target import Target

LARGE = 1 << 20
"""Octets: of responses longer than this, one is read at a time."""

PIECE = 1 << 16
"""Octets that are read in one call."""

MANY_HEADERS = ("got more than", "when reading header line", "when reading status line")
"""What http.client says of headers that do not end."""


class TooLarge(requests.exceptions.RequestException):
    """A response holds more than this judge reads."""


class TooSlow(requests.exceptions.Timeout):
    """A response did not end in time."""


class Session(requests.Session):
    """Follows no redirect, even if asked to: that request would not be judged."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return nothing: the response itself is what was asked for."""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """A response that was read to its end."""

    response: requests.Response
    """Its content is decoded, where that could be done."""
    miscoded: str = ""
    """Why the content is not decoded: it does not have the coding that the response names."""


class Wire(HTTPAdapter):
    """The connections to one deployment."""

    def __init__(self, target: Target) -> None:
        self._watchdog = Watchdog()
        self._large = RLock()
        self._target = target
        super().__init__(pool_maxsize=32)
        self._watch(self.poolmanager)

    def cut_all(self) -> None:
        """Cut the connections of all requests that are under way."""
        self._watchdog.cut_all()

    def close_kept(self) -> None:
        """Close the connections that are kept for later requests.

        To clear a manager is not enough: that closes none whose last response is still in use.
        """
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 -- its pools cannot be iterated over
                if (pool := manager.pools.get(key)) is not None:
                    pool.close()
            manager.clear()

    def _watch(self, manager: Any) -> Any:
        manager.pool_classes_by_scheme = self._watchdog.get_pools()
        return manager

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the connections through *proxy*, watched like all others."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        return manager if known else self._watch(manager)

    def fetch(self, request: requests.PreparedRequest, seconds: float, most: int) -> WireResponse:
        """Send *request* and read the response: *seconds* in all, and *most* octets.

        Raises TooSlow, TooLarge, and what requests raises where no response comes.
        """
        with ExitStack() as held:
            claim = partial(held.enter_context, self._large)
            response, body = self._receive(request, seconds, most, claim)
            if response.headers.get("Content-Encoding"):
                claim()
            return _decode(response, body, most)

    def _receive(
        self,
        request: requests.PreparedRequest,
        seconds: float,
        most: int,
        claim: Callable[[], object],
    ) -> tuple[requests.Response, bytes]:
        """Return the response and its body as it was sent; *claim* is called if it is large."""
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
                body = _read(response, most, claim)
            except (requests.RequestException, HTTPError, OSError) as error:
                if deadline.expired or isinstance(error, requests.Timeout | ReadTimeoutError):
                    raise TooSlow(f"{began} within {seconds:.3g} s", request=request) from error
                raise _unwrap(error, request) from error
            if deadline.expired:  # a body without a length ends where the connection does
                response.close()
                raise TooSlow(f"{began} within {seconds:.3g} s", request=request)
        return response, body


def _read(response: requests.Response, most: int, claim: Callable[[], object]) -> bytes:
    """Return the body as it was sent; it is read raw, so that no decoder can make more of it."""
    raw, found = response.raw, bytearray()
    try:
        while (raw.length_remaining or 0) <= most - len(found):
            if len(found) > LARGE:
                claim()
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
