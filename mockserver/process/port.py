"""A port that several processes share."""

import socket


def claim(host: str, port: int) -> socket.socket:
    """Return a socket that keeps *port* of *host* for the sockets of workers (SO_REUSEPORT).

    It does not listen, so the kernel hands it no connection; the port stays kept while workers
    come and go.

    Args:
        host: a name or address of this machine.
        port: 0 for any that is free.

    Raises:
        OSError: the port is in use, or cannot be bound.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = addresses[0]
    # First without sharing: otherwise two servers of one user would silently share a port.
    with _bind(family, address, socket.SO_REUSEADDR) as alone:
        address = alone.getsockname()
    try:
        # Without reuse, so that a second server fails above even before the first one listens.
        return _bind(family, address, socket.SO_REUSEPORT)
    except OSError:
        # Connections of a server that has just ended still have the port.
        return _bind(family, address, socket.SO_REUSEADDR, socket.SO_REUSEPORT)


def _bind(family: int, address: tuple[object, ...], *options: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        for option in options:
            bound.setsockopt(socket.SOL_SOCKET, option, 1)
        if family == socket.AF_INET6:
            # As the workers' sockets do: otherwise :: would take the port of 0.0.0.0 as well.
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
