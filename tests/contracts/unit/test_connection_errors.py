"""Why there was no answer: a whole sentence with what to do, for each way to fail."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
import requests
import trustme

from contracts.http.connection_errors import explain

Act = Callable[[socket.socket], None]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", name="authority")
def make_authority() -> trustme.CA:
    """Return one who signs certificates, whom no machine trusts."""
    return trustme.CA()


@contextmanager
def listening(act: Act, certificate: trustme.LeafCert | None = None) -> Iterator[int]:
    """Take connections, over TLS if there is a certificate, and do *act* with each."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate is not None:
        certificate.configure_cert(context)

    def serve() -> None:
        with suppress(OSError):  # what ends the server: its socket is closed
            while True:
                connection, _ = server.accept()
                with suppress(OSError):  # clients that take fright are what is tested here
                    if certificate is not None:
                        connection = context.wrap_socket(connection, server_side=True)
                    act(connection)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def saying(octets: bytes) -> Act:
    """Return what reads a request and answers *octets*."""

    def act(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(octets)

    return act


def resetting(connection: socket.socket) -> None:
    """Read a little, and close so that the client sees a reset."""
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def told(url: str, *, verify: str | bool = True, timeout: float = 20) -> str:
    """Call *url*, which gives no answer, and return what is said of it."""
    with pytest.raises(requests.RequestException) as caught:
        requests.get(url, verify=verify, timeout=timeout)
    return explain(caught.value)


OK = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_a_certificate_of_an_unknown_authority(authority: trustme.CA) -> None:
    """A self-made certificate is the most common of all: what OpenSSL says, and --ca-file."""
    with listening(OK, authority.issue_cert("localhost")) as port:
        said = told(f"https://localhost:{port}/")

    assert said.startswith(f"the certificate of localhost:{port} is not trusted: ")
    assert "self-signed certificate in certificate chain" in said or "unable to get local" in said
    assert "--ca-file" in said


def test_the_authority_makes_the_certificate_trusted(authority: trustme.CA, tmp_path: Path) -> None:
    """What the sentence advises helps."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with listening(OK, authority.issue_cert("localhost")) as port:
        url = f"https://localhost:{port}/"
        assert requests.get(url, verify=str(tmp_path / "ca.pem"), timeout=60).text == "{}"


def test_a_certificate_that_has_expired(authority: trustme.CA, tmp_path: Path) -> None:
    """An expired certificate is named as one, and that no --ca-file helps."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    old = authority.issue_cert("localhost", not_before=LONG_AGO, not_after=LONG_AGO.replace(day=2))
    with listening(OK, old) as port:
        said = told(f"https://localhost:{port}/", verify=str(tmp_path / "ca.pem"))

    assert "is not valid at this time: certificate has expired. No --ca-file helps" in said


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name(authority: trustme.CA, tmp_path: Path, host: str) -> None:
    """The certificate of another host is reported with the name that was called."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with listening(OK, authority.issue_cert("api.example.com")) as port:
        said = told(f"https://{host}:{port}/", verify=str(tmp_path / "ca.pem"))

    assert f"the certificate of {host}:{port} is for another name: " in said
    assert f"'{host}'" in said
    assert "--base-url" in said


def test_a_ca_file_without_a_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    """A --ca-file that is not PEM has to be corrected, and not the deployment."""
    (tmp_path / "ca.pem").write_text("no certificate\n")
    with listening(OK, authority.issue_cert("localhost")) as port:
        said = told(f"https://localhost:{port}/", verify=str(tmp_path / "ca.pem"))

    assert said.startswith("the file of --ca-file holds no certificate")


def test_tls_to_a_port_of_plain_http() -> None:
    """https:// for a server without TLS: the address has to be corrected."""
    with listening(saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) as port:
        said = told(f"https://127.0.0.1:{port}/")

    assert "does not speak TLS" in said
    assert "http://" in said


@pytest.mark.parametrize(
    "act",
    [saying(b"\x15\x03\x01\x00\x02\x02\x46"), saying(b""), resetting],
    ids=["alert", "nothing", "reset"],
)
def test_plain_http_to_a_port_of_tls(act: Act) -> None:
    """http:// for a server with TLS: whether it sends an alert or just closes, https is named."""
    with listening(act) as port:
        assert "https://" in told(f"http://127.0.0.1:{port}/")


def test_plain_http_to_a_real_server_of_tls(authority: trustme.CA) -> None:
    """Guards the same with a server that really speaks TLS."""
    with listening(OK, authority.issue_cert("localhost")) as port:
        assert "https://" in told(f"http://localhost:{port}/")


def test_nobody_listens() -> None:
    """A port without a listener is reported."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = told(f"http://127.0.0.1:{port}/")

    assert said.startswith(f"127.0.0.1:{port} refuses connections")


def test_a_name_that_nobody_has() -> None:
    """A host that cannot be resolved (RFC 6761 §6.4 keeps the name free)."""
    said = told("http://no-such-host.invalid/")

    assert said.startswith("the name of no-such-host.invalid cannot be resolved")
    assert "--base-url" in said


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"SSH-2.0-OpenSSH_9\r\n", "does not speak HTTP: its answer begins with 'SSH-2.0-OpenSSH"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "3 octets came, and 6 were still to"),
    ],
)
def test_an_answer_that_is_none(octets: bytes, words: str) -> None:
    """A response that is not HTTP, or ends too early, is reported with how it looked."""
    with listening(saying(octets)) as port:
        assert words in told(f"http://127.0.0.1:{port}/")


def test_a_server_that_says_nothing() -> None:
    """A timeout names the option that waits longer."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        said = told(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.2)

    assert "did not answer in time: --timeout" in said


def test_a_proxy_that_is_not_there() -> None:
    """A proxy that fails is named as one: it is not the deployment that is down."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(requests.RequestException) as caught:
        requests.get("http://x.invalid/", proxies={"http": f"http://127.0.0.1:{port}"}, timeout=60)

    assert explain(caught.value).startswith("the proxy on the way to x.invalid cannot be used")


def test_what_nobody_has_met_before_is_told_in_its_own_words() -> None:
    """A cause that has no sentence is not hidden."""
    assert explain(requests.RequestException("the moon is full")).endswith("the moon is full")
    assert explain(requests.RequestException()).endswith("RequestException")
