"""Hooks with which plain `st run` comes to verdicts of `contracts check`, for any API.

A schemathesis.toml names this package, and `contracts check` uses nothing of it. Without further
settings `jobs` judges the jobs API; where the environment names another document as CONTRACTS_SPEC,
`any_api` judges what that declares. Objections that the contract does not share are dropped, and
what schemathesis cannot know is checked besides: each answer by the judge's own laws on answers,
and answers against each other. Only what reads is sent, unless the environment says
CONTRACTS_EFFECTS=any: plain schemathesis has no effects guard. Other schemas are left alone.
docs/guides/schemathesis.md says what remains for the judge alone.
"""

from __future__ import annotations

import os
from importlib import import_module

SPEC_VARIABLE = "CONTRACTS_SPEC"

# Importing one of them registers its hooks and checks: schemathesis knows no other way.
import_module(f"{__name__}.{'any_api' if os.environ.get(SPEC_VARIABLE) else 'jobs'}")
