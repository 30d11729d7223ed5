"""The commands that tell of a contract. What they need is imported once they run."""

import sys
from collections.abc import Iterable, Sequence


def deviations(arguments: Sequence[str]) -> None:
    """List the ways in which a mock can deviate from a contract."""
    from mockserver.cli.commands import deviations_settings

    asked = deviations_settings(arguments)
    from mockserver.app.build import load_catalogue

    found = load_catalogue(asked.spec, asked.overlays).by_name
    width = max(map(len, found), default=0)
    for deviation in found.values():
        sys.stdout.write(f"{deviation.name:{width}}  {deviation.level:11} {deviation.does}\n")


def explain(arguments: Sequence[str]) -> None:
    """Tell what is understood of a description."""
    from mockserver.cli.commands import explain_settings

    asked = explain_settings(arguments)
    from mockserver.contract import explain as explaining
    from mockserver.contract.reader import load

    contract = load(asked.spec, asked.overlays, strict=asked.strict)
    _warn(contract.warnings)
    sys.stdout.write(explaining.explain(contract, mermaid=asked.mermaid))


def infer(arguments: Sequence[str]) -> None:
    """Write what is inferred of a description as an overlay."""
    from mockserver.cli.commands import infer_settings

    asked = infer_settings(arguments)
    from mockserver.contract.draft import draft_overlay
    from mockserver.contract.reader import load

    contract = load(asked.spec, asked.overlays, strict=asked.strict)
    _warn(contract.warnings)
    if asked.har is not None:
        from mockserver.proxy.learning import learn

        contract, contradictions = learn(contract, asked.har)
        _warn(contradictions)
    sys.stdout.write(draft_overlay(contract))


def apis(arguments: Sequence[str]) -> None:
    """List the contracts that come along."""
    from mockserver.cli.commands import apis_settings

    apis_settings(arguments)
    from mockserver.resources import shipped

    for api in shipped.list_all():
        sys.stdout.write(f"{api.name:22} {api.title}\n")


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        sys.stderr.write(f"mockserver: {warning}\n")
