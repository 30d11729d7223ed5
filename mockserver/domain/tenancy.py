"""Who may see which project: an organization's key opens that organization's projects only."""

import hashlib
import hmac
from collections.abc import Iterable

from msgspec import Struct


class Project(Struct, frozen=True):
    """A project: what jobs belong to."""

    project_id: int
    project_key: str


class Organization(Struct, frozen=True):
    """An organization, the API key that it calls with, and its projects."""

    name: str
    api_key: str
    projects: tuple[Project, ...]


class Tenant:
    """An organization that has shown its key, and the projects that it may see."""

    __slots__ = ("_projects", "organization")

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self._projects = {project.project_key: project for project in organization.projects}

    def project(self, project_key: str) -> Project | None:
        """Return the organization's project of that key; None for any other organization's."""
        return self._projects.get(project_key)


class Keyring:
    """Finds the tenant whose API key a caller presents."""

    def __init__(self, organizations: Iterable[Organization]) -> None:
        self._tenants = {
            _digest(organization.api_key): Tenant(organization) for organization in organizations
        }

    def find(self, api_key: str) -> Tenant | None:
        """Return the tenant of *api_key*, or None, in a time that tells nothing of any key.

        Keys are looked up by digest: where a look-up stops says something about digests, from
        which a key cannot be told. The key itself is then compared in constant time.
        """
        tenant = self._tenants.get(_digest(api_key))
        if tenant is None:
            return None
        known = tenant.organization.api_key.encode()
        return tenant if hmac.compare_digest(known, _octets(api_key)) else None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _digest(api_key: str) -> bytes:
    return hashlib.sha256(_octets(api_key)).digest()
