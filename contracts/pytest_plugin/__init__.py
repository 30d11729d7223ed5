"""Each law as a pytest item: `pytest --pyargs contracts --contract-url URL ...`.

Every pytest run of an environment with this package loads this module, so that it imports
nothing that is slow to load, and does nothing unless `--contract-url` is given.
"""

from __future__ import annotations

from importlib import import_module

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of `contracts check` under names of their own."""
    import_module("contracts.pytest_plugin.options").add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run if a deployment was named; say what is missing if half of one was."""
    options = import_module("contracts.pytest_plugin.options")
    if not options.is_wanted(config):
        return
    if missing := import_module("contracts.startup.packages").explain_missing():
        pytest.exit(f"contracts: {missing}", returncode=2)
    if missing := options.explain_missing(config):
        raise pytest.UsageError(missing)
    laws = import_module("contracts.pytest_plugin.laws")
    config.pluginmanager.register(
        laws.create_plugin(config, options.collect_options(config)), laws.NAME
    )
