"""URLs of deployments: their origin, and what of them may be shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOST = re.compile(r"[A-Za-z0-9._~%:-]+")
"""A registered name, or an address without its brackets (RFC 3986 §3.2.2)."""


def get_origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of *url*."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port


def get_host(url: str) -> str:
    """Return host and port of *url* as they may be shown: a user or a password is left out."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_proxy(url: str) -> bool:
    """Tell whether *url* can be that of a proxy: http or https, with a host and a valid port."""
    parts = urlsplit(url)
    try:
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
