"""The options that say what is judged, for the command line and for pytest alike."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from pathlib import Path

from contracts.target import (
    DEFAULT_ANSWER,
    KEY_VARIABLE,
    OTHER_KEY_VARIABLE,
    Effects,
    Extent,
    Target,
    TargetError,
)

SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

POLITE_RATE = 20.0
"""Requests a second to a deployment that is not on this machine, unless --rate says otherwise."""


def add_target_options(parser: ArgumentParser) -> None:
    """Add the options that say which deployment is judged, as whom, and how far to go."""
    add = parser.add_argument
    add("--base-url", required=True, metavar="URL", help="where the API is, path prefix included")
    add("--project-key", required=True, metavar="KEY", help="the project to judge")
    add("--api-key", metavar="KEY", help=f"the organization's key (or ${KEY_VARIABLE})")
    add("--api-key-file", type=Path, metavar="FILE", help="a file that holds only the key")
    add("--other-project-key", metavar="KEY", help="another project of the organization")
    add(
        "--other-api-key",
        metavar="KEY",
        help=f"the key of another organization (or ${OTHER_KEY_VARIABLE})",
    )
    add(
        "--other-key-project",
        metavar="KEY",
        help="a project that the other key opens: shows that the key is a real one",
    )
    add(
        "--effects",
        choices=[str(effects) for effects in Effects],
        default=str(Effects.NONE),
        help="none: read only; own: make and cancel jobs of synthetic users; any: everything",
    )
    add(
        "--walk",
        choices=[str(extent) for extent in Extent],
        default=str(Extent.AUTO),
        help="auto: of a long list only the head, the tail and stretches between; full: all of it",
    )
    add(
        "--rate",
        type=rate,
        metavar="N/s",
        help="requests a second at most, or none "
        f"(default: none on this machine, {POLITE_RATE:g}/s elsewhere)",
    )
    _add_limits(parser)


def _add_limits(parser: ArgumentParser) -> None:
    """Add the options that say how a deployment is reached, and how long and how much is read."""
    add = parser.add_argument
    add("--timeout", type=seconds, default=10.0, metavar="S", help="wait for an answer (10)")
    add("--max-time", type=seconds, metavar="S", help="end the run after so many seconds")
    add(
        "--max-answer",
        type=octets,
        default=DEFAULT_ANSWER,
        metavar="SIZE",
        help=f"read no answer longer than this, such as 512K, 16M ({DEFAULT_ANSWER >> 20}M)",
    )
    add(
        "--proxy",
        metavar="URL",
        help="send all requests through this proxy; env: the one of HTTPS_PROXY and the like",
    )
    add("--ca-file", type=Path, metavar="FILE", help="certificates to trust")
    add("--insecure", action="store_true", help="do not check the certificate")


def target_of(options: Namespace, environ: Mapping[str, str]) -> Target:
    """Return the deployment that *options* name."""
    target = Target(
        base_url=options.base_url,
        project=options.project_key,
        api_key=_key(options, environ),
        other_project=options.other_project_key,
        other_key_project=options.other_key_project,
        other_api_key=options.other_api_key or environ.get(OTHER_KEY_VARIABLE, "").strip() or None,
        effects=Effects(options.effects),
        extent=Extent(options.walk),
        timeout=options.timeout,
        max_time=options.max_time,
        max_answer=options.max_answer,
        proxy=_proxy(options, environ),
        ca_file=options.ca_file,
        insecure=options.insecure,
        driven=getattr(options, "driver", None) is not None,
        rate=None if options.rate is None else options.rate or None,
    )
    if options.rate is None and not target.local:
        return target.at_rate(POLITE_RATE)
    return target


def _key(options: Namespace, environ: Mapping[str, str]) -> str:
    if options.api_key and options.api_key_file:
        raise TargetError("--api-key and --api-key-file exclude each other")
    key = options.api_key or environ.get(KEY_VARIABLE, "")
    if options.api_key_file:
        try:
            key = options.api_key_file.read_text("utf-8")
        except OSError as error:
            raise TargetError(f"--api-key-file cannot be read: {error}") from error
    if not key.strip():
        raise TargetError(f"no key was given: use --api-key, --api-key-file or ${KEY_VARIABLE}")
    return key.strip()


def _proxy(options: Namespace, environ: Mapping[str, str]) -> str | None:
    """Return the proxy that was named, or the one that the environment names for the base URL.

    A proxy without a scheme is asked over http, as curl does.
    """
    found = options.proxy
    if found == "env":
        found = _proxy_of(options.base_url, environ)
    return f"http://{found}" if found and "://" not in found else found or None


def _proxy_of(url: str, environ: Mapping[str, str]) -> str:
    from requests.utils import should_bypass_proxies

    def named(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    if should_bypass_proxies(url, no_proxy=named("no_proxy") or ","):
        return ""
    return named(f"{url.partition(':')[0]}_proxy") or named("all_proxy")


def octets(text: str) -> int:
    """Read a size such as 65536, 512K, 16M or 1G; a K is 1,024 octets."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    value = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0
    if value == 0 or unit not in SIZES:
        raise ArgumentTypeError(f"{text!r} is no size such as 65536, 512K or 16M")
    return value * SIZES[unit]


def rate(text: str) -> float:
    """Read `20/s`, `90/m`, `20` or `none`; 0 stands for no limit."""
    if text == "none":
        return 0.0
    number, _, unit = text.partition("/")
    try:
        value = float(number) / {"": 1, "s": 1, "m": 60}[unit]
    except (ValueError, KeyError):
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no rate such as 20/s or 90/m")
    return value


def globs(text: str) -> list[str]:
    """Read `PAGE-*,CANC-12`: the ids of laws, or patterns of them, at least one."""
    found = [glob.strip() for glob in text.split(",") if glob.strip()]
    if not found:
        raise ArgumentTypeError(f"{text!r} names no law")
    return found


def seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number of seconds")
    return value
