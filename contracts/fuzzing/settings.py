"""How schemathesis is set up for this contract; schemathesis.toml says the same to `st run`."""

from __future__ import annotations

from typing import Any

from schemathesis.config import SchemathesisConfig

from contracts.contract.document import Document
from contracts.engine.extreme import HIGHEST, LOWEST
from contracts.target import Target

CHECKS: dict[str, Any] = {
    "enabled": True,
    # A cancelled job stays readable: links.py says what follows a cancel.
    "use_after_free": {"enabled": False},
    # Laws of their own ask without a key and with wrong ones, on every operation.
    "ignored_auth": {"enabled": False},
    "missing_required_header": {"enabled": False},
    "object_level_authorization": {"enabled": False},
    # The contract leaves open what a method that no operation declares is answered.
    "unsupported_method": {"enabled": False},
    "allow_header_conformance": {"enabled": False},
    # A path that a generator makes up may lead to no job.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "429", "503"]},
    "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "414", "429", "503"]},
}
"""What is checked of an answer; promises.py then decides with the call itself at hand."""

GENERATION: dict[str, Any] = {
    "database": "none",  # yesterday's failing example must not be sent to today's deployment
    "no-shrink": True,
    "unique-inputs": True,
    "with-security-parameters": False,
    "allow-extra-parameters": False,
}

PHASES: dict[str, Any] = {
    # The answers of other phases would turn every listed job into an example of its own.
    "examples": {"extra-data-sources": {"responses": False}},
    "coverage": {"unexpected-methods": [], "extra-data-sources": {"responses": False}},
    "fuzzing": {"generation": {"max-examples": 24}, "error-feedback": {"enabled": False}},
    "stateful": {
        "max-steps": 6,
        "generation": {"max-examples": 16},
        "inference": {"algorithms": []},
        "link-calibration": False,
    },
}


OFTEN = 0.4
"""How often a random limit or page is one of the numbers at which readers go wrong."""


def choose_numbers(document: Document) -> list[int]:
    """Return the bounds of the contract and of the ordinary integers.

    From there on nothing is promised: such numbers would be calls that no law judges.
    """
    bounds = [document.paging.limit, document.paging.page]
    near = {
        n + d for one in bounds for n in (one.min, one.max, one.default) if n for d in (-1, 0, 1)
    }
    return sorted(near | {-1, 0, LOWEST, LOWEST + 1, HIGHEST - 1, HIGHEST})


def configure_operations(document: Document) -> list[dict[str, Any]]:
    """Return what some operations differ in: their further answers, and what is not worth a call.

    No query of the list is invalid: any integer is valid, and on anything else the contract is
    silent.
    """
    refusal = document.cancel.otherwise or 400
    more = {document.cancel_id: {refusal}, document.make_id: {document.conflict.status, 405, 501}}
    usual = CHECKS["positive_data_acceptance"]["expected-statuses"]
    lenient = {document.paging.limit.outside, document.paging.page.outside} == {"default"}
    silent = {"include-operation-id": document.list_id, "generation": {"mode": "positive"}}
    return [silent] * lenient + [
        {
            "include-operation-id": operation,
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": sorted({*usual, *map(str, statuses)})
                }
            },
        }
        for operation, statuses in more.items()
    ]


def build_config(target: Target, document: Document, rng: int) -> SchemathesisConfig:
    """Return the settings for one run: everything follows from *rng*, nothing is kept."""
    paging = document.paging
    chosen = {"dictionary": "numbers", "probability": OFTEN}
    return SchemathesisConfig.from_dict(
        {
            "seed": rng,
            "base-url": target.base_url.rstrip("/"),
            "workers": 1,
            "continue-on-failure": True,
            "max-redirects": 0,
            "request-timeout": target.timeout,
            "tls-verify": target.verify,
            "headers": {"Authorization": f"Bearer {escape(target.api_key)}"},
            "dictionaries": {"numbers": {"values": choose_numbers(document)}},
            "parameters": {
                "path.projectKey": escape(target.project),
                f"query.{paging.limit.parameter}": chosen,
                f"query.{paging.page.parameter}": chosen,
            },
            "cache": {"enabled": False},
            "generation": GENERATION,
            "phases": PHASES,
            "checks": CHECKS,
            "operations": configure_operations(document),
        }
    )


def escape(text: str) -> str:
    """Write *text* so that no part of it is taken for the name of a variable."""
    return text.replace("${", "$${")
