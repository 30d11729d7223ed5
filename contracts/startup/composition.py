"""Puts a run together from what its options say: the only place where the judge is composed."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from contracts import driver
from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.errors import DocumentError
from contracts.driver import Driver, DriverError
from contracts.engine import known_deviations
from contracts.engine.exit_code import ExitRule
from contracts.engine.law import LawError, Registry
from contracts.engine.past_runs.file import HistoryError
from contracts.engine.past_runs.keeping import PastRuns, explain_unkept, open_history
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.startup.documents import create_laws, read_contracts
from contracts.startup.options import POLITE_RATE
from contracts.target import (
    ANY_API,
    KEY_VARIABLE,
    OTHER_KEY_VARIABLE,
    Effects,
    Extent,
    Target,
    TargetError,
)
from contracts.traffic.errors import TrafficError

USAGE_ERRORS = (
    TargetError,
    LawError,
    DocumentError,
    known_deviations.KnownError,
    DriverError,
    HistoryError,
    TrafficError,
)
"""What is raised where a user said something that cannot be used; its text says what to change."""


@dataclass(frozen=True, slots=True)
class Composition:
    """All that a run is made of; nothing was sent yet, and its time has not begun."""

    target: Target
    document: Api
    registry: Registry
    settings: Settings
    driver: Driver | None = None
    past: PastRuns | None = None

    def start(self) -> Runner:
        """Return the run, whose time begins now."""
        return create_runner(
            self.target, self.document, self.registry, self.settings, self.driver, past=self.past
        )


def compose_each(
    options: Namespace, environ: Mapping[str, str], *, workers: int = 1
) -> list[Composition]:
    """Put the run together that *options* (those of the table) and *environ* describe.

    There is one for each resource, all with the same random choices. Rate and concurrency are
    divided among *workers*: together they send no more than one run would.
    Raises one of USAGE_ERRORS where something that was given cannot be used.
    """
    documents = read_contracts(options)
    kept = [one for one in documents if not explain_unkept(one)]
    if options.history is not None and not kept:
        raise HistoryError(explain_unkept(documents[0]))
    if options.rng is None:
        options.rng = secrets.randbelow(2**31)
    return [_compose(options, environ, one, kept, workers) for one in documents]


def _compose(
    options: Namespace,
    environ: Mapping[str, str],
    document: Api,
    kept: Sequence[Api],
    workers: int,
) -> Composition:
    """Put the run of one resource together; a history has the records of those that are *kept*."""
    if options.strict and document.warnings:
        raise TargetError("\n".join(document.warnings))
    laws = create_laws(document)
    target = make_target(options, environ, document)
    target = replace(
        target,
        rate=target.rate and target.rate / workers,
        concurrency=max(1, target.concurrency // workers),
    )
    return Composition(
        target=target,
        document=document,
        registry=laws.select(options.laws) if options.laws else laws,
        settings=make_settings(options, laws),
        driver=driver.load(options.driver, target) if options.driver else None,
        past=_open_past(options, target, document, kept),
    )


def _open_past(
    options: Namespace, target: Target, document: Api, kept: Sequence[Api]
) -> PastRuns | None:
    if options.history is None or not any(document is one for one in kept):
        return None
    salt = secrets.token_hex(16)
    return open_history(options.history, target, document, salt, len(kept))


def make_settings(options: Namespace, laws: Registry) -> Settings:
    """Return how the run is carried out that *options* describe."""
    now = datetime.now(UTC)  # noqa: TID251 -- here the clock comes in
    rng = getattr(options, "rng", 0)
    return Settings(
        rng=secrets.randbelow(2**31) if rng is None else rng,
        nonce=secrets.token_hex(4),
        started_at=now.isoformat(timespec="seconds"),
        today=now.date().isoformat(),
        known=known_deviations.load(options.known, [law.id for law in laws])
        if options.known
        else {},
        exit_rule=ExitRule(options.fail_on == "should", options.strict),
    )


def make_target(options: Namespace, environ: Mapping[str, str], document: Api) -> Target:
    """Return the deployment that *options* name; raises TargetError where that makes no sense."""
    path, other = dict(options.path or ()), dict(options.other_path or ())
    project, other_project = options.project_key, options.other_project_key
    if isinstance(document, Document):
        _check_names({**path, **other}, ["projectKey"])
        project = project or path.pop("projectKey", None)
        other_project = other_project or other.pop("projectKey", None)
    else:
        _check_names({**path, **other}, _list_path_parameters(document))
        project = ANY_API
    target = Target(
        base_url=options.base_url,
        project=project,
        given_path=path,
        given_other_path=other,
        api_key=_read_key(options, environ, needed=bool(document.security.schemes)),
        other_project=other_project,
        other_key_project=options.other_key_project,
        other_api_key=options.other_api_key or environ.get(OTHER_KEY_VARIABLE, "").strip() or None,
        effects=Effects(options.effects),
        extent=Extent(options.walk),
        lag=options.lag,
        timeout=options.timeout,
        max_time=options.max_time,
        max_answer=options.max_answer,
        proxy=_choose_proxy(options, environ),
        ca_file=options.ca_file,
        insecure=options.insecure,
        driven=options.driver is not None,
        remembered=options.history is not None,
        rate=options.rate or None,
        resource="" if isinstance(document, Document) else document.resource.name,
        concurrency=options.concurrency,
    )
    polite = options.rate is None and not target.local
    return replace(target, rate=POLITE_RATE) if polite else target


def _check_names(given: Mapping[str, str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise TargetError(
                f"--path {name}: no operation has such a path parameter; there are "
                f"{', '.join(sorted(known)) or 'none'}"
            )


def _list_path_parameters(document: Api) -> set[str]:
    return {
        name
        for operation in document.operations.values()
        for name, parameter in operation.parameters.items()
        if parameter.get("in") == "path"
    }


def _read_key(options: Namespace, environ: Mapping[str, str], *, needed: bool) -> str:
    if options.api_key and options.api_key_file:
        raise TargetError("--api-key and --api-key-file cannot be used together")
    key = options.api_key or environ.get(KEY_VARIABLE, "")
    if options.api_key_file:
        try:
            key = options.api_key_file.read_text("utf-8")
        except OSError as error:
            raise TargetError(f"--api-key-file cannot be read: {error}") from error
    if needed and not key.strip():
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
