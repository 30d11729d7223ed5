"""Prism: answers with the examples of an OpenAPI document."""

from pathlib import Path
from typing import Any

import yaml

from benches import load
from benches.peers import install
from benches.subject import MANY, PROJECT, Remark, Subject, World, reads

CONTRACT = Path(__file__).parent.parent.parent / "openapi.yaml"
NAMED = (
    "Prism answers with the examples of the contract and ignores limits: each page is an example, "
    "and the client names the one that it wants (`Prefer: example=page50`)."
)
REMARKS = {
    **dict.fromkeys(("list 50", "list 200"), Remark("-", NAMED)),
    "cancel": Remark("no state", "A cancel that no later read shows is not measured."),
    MANY: Remark("no paging", "There are no pages but those that stand in the contract."),
}
PAGES = {"list 50": "page50", "list 200": "page200"}


def document(world: World) -> dict[str, Any]:
    """Return the contract, its examples replaced by the jobs of the world."""
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text())
    listed = contract["paths"]["/public/{projectKey}/jobs"]["get"]
    one = contract["paths"]["/public/{projectKey}/jobs/{jobId}"]["get"]
    examples(listed).clear()
    for operation, name in PAGES.items():
        examples(listed)[name] = {"value": {"data": list(world.pages[operation])}}
    examples(one).clear()
    examples(one)["one"] = {"value": {"data": world.one}}
    return contract


def examples(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of an operation's 200."""
    named: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["examples"]
    return named


def prism() -> Subject:
    """Return Prism, its log off; it finds a page by the name of an example, not by its limit."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        file = folder / "openapi.yaml"
        file.write_text(yaml.safe_dump(document(world), sort_keys=False, allow_unicode=True))
        command = install.node("@stoplight/prism-cli/dist/index.js")
        options = ("--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent")
        return [*command, "mock", str(file), *options]

    def named(size: int) -> bytes:
        path = f"{PROJECT}/jobs?limit={size}&page=1"
        return load.request("GET", path, f"Prefer: example=page{size}")

    asks = {**reads(), "list 50": lambda _: named(50), "list 200": lambda _: named(200)}
    return Subject(f"Prism {install.wanted('@stoplight/prism-cli')}", prepare, asks, REMARKS)
