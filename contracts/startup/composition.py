"""Puts a run together from what its options say: the only place where the judge is composed."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from contracts import driver
from contracts.contract.document import Document, load
from contracts.contract.errors import DocumentError
from contracts.driver import Driver, DriverError
from contracts.engine import known_deviations
from contracts.engine.exit_code import ExitRule
from contracts.engine.law import LawError, Registry
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.laws import catalogue
from contracts.startup.options import POLITE_RATE
from contracts.target import (
    KEY_VARIABLE,
    OTHER_KEY_VARIABLE,
    Effects,
    Extent,
    Target,
    TargetError,
)

USAGE_ERRORS = (TargetError, LawError, DocumentError, known_deviations.KnownError, DriverError)
"""What is raised where a user said something that cannot be used; its text says what to change."""


@dataclass(frozen=True, slots=True)
class Composition:
    """All that a run is made of; nothing was sent yet, and its time has not begun."""

    target: Target
    document: Document
    registry: Registry
    settings: Settings
    driver: Driver | None = None

    def start(self) -> Runner:
        """Return the run, whose time begins now."""
        return create_runner(self.target, self.document, self.registry, self.settings, self.driver)


def compose(options: Namespace, environ: Mapping[str, str], *, workers: int = 1) -> Composition:
    """Put the run together that *options* (those of the table) and *environ* describe.

    Rate and concurrency are divided among *workers*: together they send no more than one run would.
    Raises one of USAGE_ERRORS where something that was given cannot be used.
    """
    document = load()
    laws = catalogue.create_registry(document)
    target = make_target(options, environ)
    target = replace(
        target,
        rate=target.rate and target.rate / workers,
        concurrency=max(1, target.concurrency // workers),
    )
    now = datetime.now(UTC)  # noqa: TID251 -- here the clock comes in
    return Composition(
        target=target,
        document=document,
        registry=laws.select(options.laws) if options.laws else laws,
        settings=Settings(
            rng=secrets.randbelow(2**31) if options.rng is None else options.rng,
            nonce=secrets.token_hex(4),
            started_at=now.isoformat(timespec="seconds"),
            today=now.date().isoformat(),
            known=known_deviations.load(options.known, [law.id for law in laws])
            if options.known
            else {},
            exit_rule=ExitRule(options.fail_on == "should", options.strict),
        ),
        driver=driver.load(options.driver, target) if options.driver else None,
    )


def make_target(options: Namespace, environ: Mapping[str, str]) -> Target:
    """Return the deployment that *options* name; raises TargetError where that makes no sense."""
    target = Target(
        base_url=options.base_url,
        project=options.project_key,
        api_key=_read_key(options, environ),
        other_project=options.other_project_key,
        other_key_project=options.other_key_project,
        other_api_key=options.other_api_key or environ.get(OTHER_KEY_VARIABLE, "").strip() or None,
        effects=Effects(options.effects),
        extent=Extent(options.walk),
        timeout=options.timeout,
        max_time=options.max_time,
        max_answer=options.max_answer,
        proxy=_choose_proxy(options, environ),
        ca_file=options.ca_file,
        insecure=options.insecure,
        driven=options.driver is not None,
        rate=options.rate or None,
        concurrency=options.concurrency,
    )
    polite = options.rate is None and not target.local
    return replace(target, rate=POLITE_RATE) if polite else target


def _read_key(options: Namespace, environ: Mapping[str, str]) -> str:
    if options.api_key and options.api_key_file:
        raise TargetError("--api-key and --api-key-file cannot be used together")
    key = options.api_key or environ.get(KEY_VARIABLE, "")
    if options.api_key_file:
        try:
            key = options.api_key_file.read_text("utf-8")
        except OSError as error:
            raise TargetError(f"--api-key-file cannot be read: {error}") from error
    if not key.strip():
        raise TargetError(f"no key was given: use --api-key, --api-key-file or ${KEY_VARIABLE}")
    return str(key.strip())


def _choose_proxy(options: Namespace, environ: Mapping[str, str]) -> str | None:
    """Return the proxy that was named, or the one that the environment names for the base URL.

    A proxy without a scheme is asked over http, as curl does.
    """
    proxy = options.proxy
    if proxy == "env":
        proxy = _find_proxy(options.base_url, environ)
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy or None


def _find_proxy(url: str, environ: Mapping[str, str]) -> str:
    from requests.utils import should_bypass_proxies

    def get(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    if should_bypass_proxies(url, no_proxy=get("no_proxy") or ","):
        return ""
    return get(f"{url.partition(':')[0]}_proxy") or get("all_proxy")
