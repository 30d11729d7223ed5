"""A deployment as the user of the judge describes it: its URL, keys, projects and limits."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from contracts.target.credentials import Key
from contracts.target.urls import HOST, get_host, get_origin, is_proxy

DOTS = frozenset({".", ".."})
"""Segments that a client takes out of a path (RFC 3986 §5.2.4): no project can be called so."""
KEY_VARIABLE, OTHER_KEY_VARIABLE = "CONTRACTS_API_KEY", "CONTRACTS_OTHER_API_KEY"
"""The variables that keys are read from; their names replace the keys in all output."""


ANY_API = ""
"""What stands for the project of an API that has none."""

DEFAULT_ANSWER = 16 << 20
"""Octets: a page of the largest limit takes a hundredth of it."""


class Effects(StrEnum):
    """What a run may do to the deployment."""

    NONE = "none"
    """Read only: GET, HEAD and OPTIONS."""
    OWN = "own"
    """Make jobs for synthetic users, and cancel only those."""
    ANY = "any"
    """Anything: the deployment can be thrown away."""


class Extent(StrEnum):
    """How much of a long list a run reads."""

    AUTO = "auto"
    """All of a short list; of a long one its head, its tail and some stretches between."""
    FULL = "full"
    """All of any list."""


class Need(StrEnum):
    """What a law cannot do without; the value is said when it is not given."""

    EFFECTS_OWN = "--effects own or any was not given"
    EFFECTS_ANY = "--effects any was not given"
    OTHER_PROJECT = "--other-project-key was not given"
    OTHER_PATH = "--other-path was not given"
    OTHER_KEY = "--other-api-key was not given"
    DRIVER = "--driver was not given"
    HISTORY = "--history was not given"


class TargetError(ValueError):
    """What was said of the deployment makes no sense."""


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment, as one organization sees it."""

    base_url: str
    project: str
    api_key: str = field(repr=False)
    other_project: str | None = None
    other_api_key: str | None = field(default=None, repr=False)
    other_key_project: str | None = None
    """A project that the other key opens, which proves that the key is anybody's."""
    effects: Effects = Effects.NONE
    extent: Extent = Extent.AUTO
    rate: float | None = None
    """Requests a second at most."""
    concurrency: int = 1
    """Requests under way at once at most."""
    lag: float = 0.0
    """Seconds by which what is read may be behind what has changed, as on a replica."""
    timeout: float = 10.0
    """Seconds to wait for one response."""
    max_time: float | None = None
    """Seconds for the whole run."""
    max_answer: int = DEFAULT_ANSWER
    """Octets of one response at most, decompressed or not."""
    proxy: str | None = field(default=None, repr=False)
    """The proxy through which all requests go; none of the environment's is used by itself."""
    ca_file: Path | None = None
    insecure: bool = False
    driven: bool = False
    remembered: bool = False
    """What earlier runs saw is at hand (`--history`)."""
    given_path: Mapping[str, str] = field(default_factory=dict)
    """Path parameters of an API of which a project is no part, such as owner and repo."""
    given_other_path: Mapping[str, str] = field(default_factory=dict)
    """The path parameters of another tenant, where they differ."""
    resource: str = ""
    """What the records that are judged are called, where they are not jobs."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.query or parts.fragment or "@" in parts.netloc:  # first: the others show the URL
            raise TargetError("the base URL must not have a query, a fragment or a user")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TargetError(f"{self.base_url!r} is not an http or https URL")
        try:
            self.origin  # noqa: B018 -- reading the port is what may fail
        except ValueError as error:
            raise TargetError(f"{self.base_url!r} has an invalid port") from error
        if not HOST.fullmatch(parts.hostname) and parts.hostname.isascii():
            raise TargetError(f"{self.base_url!r} has an invalid host")
        if not all(key.text.isascii() and key.text.isprintable() for key in self.keys):
            raise TargetError("a key has characters that cannot be sent in a header")
        if self.proxy is not None and not is_proxy(self.proxy):
            raise TargetError("--proxy: the proxy is not an http or https URL with a valid port")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise TargetError(f"--ca-file: {self.ca_file} is not a file")
        if contradiction := next(self._list_contradictions(), None):
            raise TargetError(contradiction)

    def _list_contradictions(self) -> Iterator[str]:
        """Go through what was given and cannot be meant."""
        projects = {
            "--project-key": self.project,
            "--other-project-key": self.other_project,
            "--other-key-project": self.other_key_project,
        }
        for option, key in projects.items():
            if key is not None and (not key.strip() or key in DOTS) and not self.is_of_any_api:
                yield f"{option} {key!r} is not a project"
        for one, other in combinations(projects, 2):
            if projects[one] is not None and projects[one] == projects[other]:
                yield f"{other} is the project of {one}: it has to be another one"
        if self.other_api_key is not None and not self.other_api_key.strip():
            yield "--other-api-key is empty"
        if self.other_api_key is not None and self.other_api_key.strip() == self.api_key:
            yield "--other-api-key is the key itself: it has to be another organization's"
        if self.other_key_project is not None and self.other_api_key is None:
            yield "--other-key-project says what --other-api-key opens, which was not given"
        if self.insecure and self.ca_file is not None:
            yield "--insecure and --ca-file cannot be used together"

    @property
    def is_of_any_api(self) -> bool:
        """Tell whether the deployment is not of the jobs API, and has no project."""
        return self.project == ANY_API

    @property
    def path(self) -> Mapping[str, str]:
        """Return the path parameters of all calls."""
        return self.given_path if self.is_of_any_api else {"projectKey": self.project}

    @property
    def other_path(self) -> Mapping[str, str]:
        """Return the path parameters of the other tenant, or of this one if there is no other."""
        if self.is_of_any_api:
            return {**self.given_path, **self.given_other_path}
        return {"projectKey": self.other_project or self.project}

    @property
    def place(self) -> str:
        """Return what an API may not know of a call's path, and the option to look at."""
        kind, option = ("path", "path") if self.is_of_any_api else ("project", "project-key")
        return f"{kind}; look at --{option} ({self.scope})"

    @property
    def scope(self) -> str:
        """Return the project, or the path parameters, as reports show them."""
        shown = ", ".join(f"{name}={value}" for name, value in self.given_path.items())
        return shown if self.is_of_any_api else self.project

    def describe_scope(self, title: str) -> str:
        """Return what is judged of an API with a *title*, unless it is a project."""
        found = ", ".join(filter(None, (title, self.scope)))
        return found if self.is_of_any_api else ""

    @property
    def parts(self) -> SplitResult:
        """Return the base URL in parts."""
        return urlsplit(self.base_url)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return scheme, host and port: the only place requests may go."""
        return get_origin(self.base_url)

    @property
    def prefix(self) -> str:
        """Return the path that precedes each path of the contract."""
        return self.parts.path.rstrip("/")

    @property
    def key(self) -> Key:
        """Return the organization's key."""
        return Key(self.api_key, KEY_VARIABLE)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the keys that no report may show; an API may take none."""
        other = Key(self.other_api_key or "", OTHER_KEY_VARIABLE)
        return tuple(key for key in (self.key, other) if key.text)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what else no report may show: the password for the proxy, as given and decoded."""
        password = urlsplit(self.proxy or "").password
        return tuple(dict.fromkeys((password, unquote(password)))) if password else ()

    @property
    def via(self) -> str:
        """Return the proxy as it may be shown, or nothing."""
        return f"{urlsplit(self.proxy).scheme}://{get_host(self.proxy)}" if self.proxy else ""

    @property
    def proxies(self) -> dict[str, str]:
        """Return the proxy, in the words of requests."""
        return {"all": self.proxy} if self.proxy else {}

    @property
    def local(self) -> bool:
        """Tell whether the deployment is on this machine."""
        host = self.parts.hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def verify(self) -> bool | str:
        """Return how TLS certificates are checked, in the words of requests."""
        if self.insecure:
            return False
        return str(self.ca_file) if self.ca_file else True

    def find_missing(self, needs: frozenset[Need]) -> list[Need]:
        """Return which of *needs* were not given, in a fixed order."""
        given = {
            Need.EFFECTS_OWN: self.effects is not Effects.NONE,
            Need.EFFECTS_ANY: self.effects is Effects.ANY,
            Need.OTHER_PROJECT: self.other_project is not None,
            Need.OTHER_PATH: bool(self.given_other_path),
            Need.OTHER_KEY: self.other_api_key is not None,
            Need.DRIVER: self.driven,
            Need.HISTORY: self.remembered,
        }
        return [need for need in Need if need in needs and not given[need]]
