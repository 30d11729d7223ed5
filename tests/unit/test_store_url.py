"""The URL of a store: which are accepted, and what may be shown of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.store import url

SECRET = "s3cr3t"  # noqa: S105 -- nobody's


@pytest.mark.parametrize(
    "text",
    [
        "memory",
        "sqlite:///jobs.db",
        "sqlite:///folder/jobs.db",
        "sqlite:////var/lib/jobs.db",
        "sqlite:///a b.db",
        "postgresql://localhost/jobs",
        "postgres://localhost/jobs",
        "postgresql://ann@localhost/jobs",
        "postgresql://ann:s3cr3t@db.example:5432/jobs",
        "postgresql://ann:a:b%40c@[::1]:5432/jobs?sslmode=require",
        "postgresql:///jobs",
    ],
)
def test_a_store_that_can_be_used_is_taken_as_given(text: str) -> None:
    """Guards the four forms of a URL."""
    assert text == url.read(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "give memory, sqlite:///file.db or postgresql://user:password@host/database"),
        ("Memory", "give memory, "),
        ("jobs.db", "give memory, "),
        ("mysql://ann:s3cr3t@host/jobs", "give memory, "),
        ("SQLite:///jobs.db", "give memory, "),
        ("sqlite:jobs.db", "give memory, "),
        ("postgresql:/ann:s3cr3t@host/jobs", "give memory, "),
        ("sqlite+aiosqlite:///jobs.db", "leave the driver out: sqlite://"),
        ("postgresql+asyncpg://ann:s3cr3t@host/jobs", "leave the driver out: postgresql://"),
        ("sqlite://", "lasts no longer than the process; give memory, or a file"),
        ("sqlite:///", "lasts no longer than the process"),
        ("sqlite:///:memory:", "lasts no longer than the process"),
        ("sqlite://jobs.db", "write sqlite:///file.db, or sqlite:////folder/file.db"),
        ("sqlite:///jobs.db?mode=ro", "give a path and nothing else"),
        ("sqlite:///jobs.db\n", "give a path and nothing else"),
        ("sqlite:///folder/", "names a folder; give a file"),
        ("postgresql://", "names no database"),
        ("postgresql://host", "names no database"),
        ("postgresql://host/?sslmode=require", "names no database"),
        ("postgresql://host:0/jobs", "give a port from 1 to 65535"),
        ("postgresql://host:65536/jobs", "give a port from 1 to 65535"),
        ("postgresql://ann:s3cr3t@host:port/jobs", "give postgresql://user:password@host:port/"),
        ("postgresql://ann:s3cr3t@host/jobs#x", "give postgresql://user:password@host:port/"),
        ("postgresql://ann:s3cr3t#@host/jobs", "write %40 for @, %2F for /, %3F for ?, %23 for #"),
        ("postgresql://ann:s3cr3t@@host/jobs", "write %40 for @"),
        ("postgresql://ann:/s3cr3t@host/jobs", "write %40 for @"),
    ],
)
def test_any_other_store_is_refused_with_what_to_do(text: str, told: str) -> None:
    """Guards that nothing is guessed, and that no error quotes a password."""
    with pytest.raises(ValueError, match=re.escape(told)) as refused:
        url.read(text)

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("memory", "memory"),
        ("sqlite:////var/lib/jobs.db", "sqlite:////var/lib/jobs.db"),
        ("postgresql://host:5432/jobs", "postgresql://host:5432/jobs"),
        ("postgresql://ann@host/jobs", "postgresql://ann@host/jobs"),
        ("postgresql://ann:s3cr3t@host:5432/jobs", "postgresql://ann:***@host:5432/jobs"),
        ("postgresql://ann:s3@cr3t@host/jobs", "postgresql://ann:***@host/jobs"),
        ("postgresql://ann:s3cr3t/?#@host/jobs", "postgresql://ann:***@host/jobs"),
        ("postgresql://:s3cr3t@host/jobs", "postgresql://:***@host/jobs"),
        ("postgresql://host/jobs?password=s3cr3t&a=b", "postgresql://host/jobs?password=***&a=b"),
        ("postgresql://host/jobs?sslpassword=s3cr3t", "postgresql://host/jobs?sslpassword=***"),
        ("postgresql://host:1/jobs?password=s3@cr3t", "postgresql://host:***"),
        ("postgresql:/ann:s3cr3t@host/jobs", "postgresql:***@host/jobs"),
        ("ann:s3cr3t@host/jobs", "ann:***@host/jobs"),
        ("ann:a://s3cr3t@host", "ann:***@host"),
        ("--stoer=postgresql://ann:s3cr3t@host", "--stoer=postgresql://ann:***@host"),
    ],
)
def test_a_store_is_shown_without_its_password(text: str, shown: str) -> None:
    """Guards that no password is shown, with any characters and anywhere in the URL."""
    assert shown == url.redact(text)


PASSWORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1)


@given(PASSWORDS.map(lambda text: f"{SECRET}{text}{SECRET}"), st.sampled_from(["", "?a=b", "?"]))
def test_no_password_is_ever_shown(password: str, query: str) -> None:
    """Guards against a character that ends the redaction early."""
    assert SECRET not in url.redact(f"postgresql://ann:{password}@host:5432/jobs{query}")
    assert SECRET not in url.redact(f"ann:{password}@host")
