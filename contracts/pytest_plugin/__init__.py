"""Each law as a pytest item: `pytest --pyargs contracts --contract-url URL ...`.

Every pytest run of an environment with this package loads this module, so that it imports
nothing that is dear, and does nothing unless `--contract-url` is given.
"""

from __future__ import annotations

from importlib import import_module

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of `contracts check` under names of their own."""
    import_module("contracts.pytest_plugin.options").add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run if a deployment was named; say what is missing if half of one was."""
    options = import_module("contracts.pytest_plugin.options")
    if not options.asked(config):
        return
    if told := import_module("contracts.start").lacking():
        pytest.exit(f"contracts: {told}", returncode=2)
    if trouble := options.half_given(config):
        raise pytest.UsageError(trouble)
    laws = import_module("contracts.pytest_plugin.laws")
    config.pluginmanager.register(laws.plugin(config, options.given(config)), laws.NAME)
