"""Shorter names of path parameters, which faults and criteria may have as members of their own.

For which parameter each stands is said by the profile of an API; in most it stands for none.
"""

from typing import Annotated

from msgspec import Meta, Struct

ProjectKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)")]
JobId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class FaultNames(Struct, frozen=True, kw_only=True, rename="camel"):
    """The names that a fault may have."""

    project: ProjectKey | None = None
    job_id: JobId | None = None


class CriteriaNames(Struct, frozen=True, kw_only=True, rename="camel"):
    """The names that criteria may have."""

    project: str | None = None
    job_id: int | None = None
    user_id: str | None = None


class EntryNames(Struct, frozen=True, kw_only=True, rename="camel"):
    """The names under which an entry of a journal tells parameters."""

    project: str | None = None
    job_id: int | None = None
