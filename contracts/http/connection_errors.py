"""Why a request got no answer, as a sentence with what to do about it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from http.client import BadStatusLine, RemoteDisconnected
from typing import Any

import requests
from urllib3.exceptions import IncompleteRead, ProxyError, ReadTimeoutError

from contracts.target import get_host

TLS_RECORD = "\x15\x03"
"""How a server that speaks TLS begins its answer to plain HTTP: an alert (RFC 8446 §6)."""

EXPIRED, NOT_YET, OTHER_NAME, OTHER_ADDRESS = 10, 9, 62, 64
"""What OpenSSL calls what is wrong with a certificate (X509_V_ERR_*)."""

NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST"})
NO_CERTIFICATES = frozenset({"NO_CERTIFICATE_OR_CRL_FOUND", "NO_START_LINE", "PEM_LIB"})
"""What OpenSSL calls what it met where it looked for TLS, and for certificates."""


def explain(error: requests.RequestException) -> str:
    """Say why *error* came instead of an answer, and what to do.

    The exceptions of requests and urllib3 only wrap what happened, so the causes of *error* are
    gone through until one of them is known.
    """
    place = _name_host(error)
    causes = list(_walk_causes(error))
    wrapped = [one for one in causes if not isinstance(one, requests.RequestException)]
    for kind, say in SENTENCES.items():
        for cause in causes if issubclass(kind, requests.RequestException) else wrapped:
            if isinstance(cause, kind):
                return say(cause, place)
    last = causes[-1]
    return f"{place} could not be called: {str(last) or type(last).__name__}"


def _name_host(error: requests.RequestException) -> str:
    url = error.request.url if error.request is not None else None
    return get_host(url or "") or "the deployment"


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    """Go through *error* and all that it wraps, from the outside to the inside."""
    waiting, met = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in met:
            continue
        met.add(id(one))
        yield one
        inner = [getattr(one, "reason", None), *one.args, one.__cause__, one.__context__]
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]


def _explain_proxy(error: Any, place: str) -> str:
    cause = list(_walk_causes(error))[-1]
    return f"the proxy on the way to {place} cannot be used: {cause}"


def _explain_certificate(error: ssl.SSLCertVerificationError, place: str) -> str:
    detail = error.verify_message.rstrip(".")
    if error.verify_code in (EXPIRED, NOT_YET):
        return (
            f"the certificate of {place} is not valid at this time: {detail}. No --ca-file helps: "
            "renew it, set this machine's clock, or check no certificate with --insecure"
        )
    if error.verify_code in (OTHER_NAME, OTHER_ADDRESS):
        return (
            f"the certificate of {place} is for another name: {detail}. No --ca-file helps: name "
            "the deployment in --base-url as its certificate does"
        )
    return (
        f"the certificate of {place} is not trusted: {detail}. Give the certificate of who signed "
        "it with --ca-file, or check none with --insecure"
    )


def _explain_tls(error: ssl.SSLError, place: str) -> str:
    reason = error.reason or str(error)
    detail = reason.replace("_", " ").lower()
    if reason in NO_TLS:
        return f"{place} does not speak TLS ({detail}): should --base-url begin with http://?"
    if reason in NO_CERTIFICATES:
        return f"the file of --ca-file holds no certificate in PEM ({detail})"
    return f"a TLS connection to {place} could not be made: {detail}; is this the port of https://?"


def _explain_name(error: socket.gaierror, place: str) -> str:
    return f"the name of {place} cannot be resolved ({error.strerror}): is --base-url right?"


def _explain_refused(_: ConnectionRefusedError, place: str) -> str:
    return f"{place} refuses connections: is the deployment running, and its port in --base-url?"


def _explain_status_line(error: BadStatusLine, place: str) -> str:
    line = str(error.args[0]) if error.args else ""
    if line.startswith(TLS_RECORD):
        return f"{place} speaks TLS: should --base-url begin with https://?"
    return f"{place} does not speak HTTP: its answer begins with {line.strip()[:40]!r}"


def _explain_ended(_: RemoteDisconnected, place: str) -> str:
    return (
        f"{place} closed the connection without an answer: its log may say why; "
        "where it speaks TLS, --base-url has to begin with https://"
    )


def _explain_reset(_: ConnectionError, place: str) -> str:
    return (
        f"{place} reset the connection before it had answered: its log may say why; "
        "where it speaks TLS, --base-url has to begin with https://"
    )


def _explain_cut(error: IncompleteRead, place: str) -> str:
    return (
        f"{place} closed the connection in the middle of its answer: "
        f"{error.partial} octets came, and {error.expected} were still to come"
    )


def _explain_unreachable(error: OSError, place: str) -> str:
    return f"{place} cannot be reached: {error.strerror or error}"


def _explain_no_connection(_: requests.ConnectTimeout, place: str) -> str:
    return f"{place} did not take the connection in time: is --base-url right, or a firewall shut?"


def _explain_slow(_: Exception, place: str) -> str:
    return f"{place} did not answer in time: --timeout waits longer"


SENTENCES: Mapping[type[BaseException], Callable[[Any, str], str]] = {
    ProxyError: _explain_proxy,
    ssl.SSLCertVerificationError: _explain_certificate,
    ssl.SSLError: _explain_tls,
    socket.gaierror: _explain_name,
    RemoteDisconnected: _explain_ended,
    BadStatusLine: _explain_status_line,
    ConnectionRefusedError: _explain_refused,
    ConnectionError: _explain_reset,
    IncompleteRead: _explain_cut,
    requests.ConnectTimeout: _explain_no_connection,
    requests.Timeout: _explain_slow,
    ReadTimeoutError: _explain_slow,
    OSError: _explain_unreachable,
}
"""What is said of each cause. The first that is found counts: a class stands after those that are
made of it."""
