"""Options that cannot be meant together."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from contracts.startup.values import read_globs
from contracts.target import Target, TargetError


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"other_project": "p"}, "--other-project-key is the project of --project-key"),
        ({"other_api_key": "k"}, "--other-api-key is the key itself"),
        ({"other_api_key": " k "}, "--other-api-key is the key itself"),
        ({"other_api_key": ""}, "--other-api-key is empty"),
        ({"other_project": " "}, "--other-project-key ' ' is not a project"),
        ({"other_project": ".."}, "is not a project"),
        (
            {"other_api_key": "o", "other_key_project": "p"},
            "--other-key-project is the project of --project-key",
        ),
        (
            {"other_project": "q", "other_api_key": "o", "other_key_project": "q"},
            "--other-key-project is the project of --other-project-key",
        ),
        ({"other_key_project": "q"}, "--other-api-key opens, which was not given"),
        ({"insecure": True, "ca_file": Path(__file__)}, "--insecure and --ca-file cannot be used"),
    ],
)
def test_a_contradiction_is_refused(given: dict[str, object], trouble: str) -> None:
    """Two tenants that are one would make the judge call a deployment leaky that is not."""
    with pytest.raises(TargetError, match=trouble):
        Target("http://h", "p", "k", **given)  # type: ignore[arg-type]  # a row of the table


def test_what_does_not_contradict_is_taken() -> None:
    """All keys and projects together are what a thorough run is given."""
    target = Target("http://h", "p", "k", "q", "o", other_key_project="r")

    assert tuple(key.text for key in target.keys) == ("k", "o")


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_no_law_at_all_is_no_choice(text: str) -> None:
    """A list of laws that a script left empty must not judge all of them."""
    with pytest.raises(ArgumentTypeError):
        read_globs(text)


def test_laws_are_named_with_commas() -> None:
    """Spaces and a comma too many do no harm."""
    assert read_globs("PAGE-*, CANC-12,") == ["PAGE-*", "CANC-12"]
