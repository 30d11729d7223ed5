"""Keeps what a user has set up for schemathesis and hypothesis away from the judge's use of them.

Both keep settings, hooks and folders for the whole process, and take them from the environment and
from the working directory. A run of the judge follows from its own options and from nothing else,
and leaves no file where it was started.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import Phase, Verbosity, configuration, settings
from hypothesis._settings import local_settings
from hypothesis.internal.charmap import charmap_file
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

HOOKS_VARIABLE = "SCHEMATHESIS_HOOKS"


@contextmanager
def isolate_hypothesis() -> Iterator[None]:
    """Use hypothesis with its own defaults, whatever profile is loaded, in a folder of its own.

    Nor does it look for constants in the source of modules that happen to be imported.
    """
    home = vars(configuration)["__hypothesis_home_directory"]
    with TemporaryDirectory(prefix="contracts-") as folder, ExitStack() as undone:
        undone.callback(configuration.set_hypothesis_home_dir, home)
        undone.callback(providers.CONSTANTS_CACHE.cache.clear)
        configuration.set_hypothesis_home_dir(folder)
        _write_utf_8_table()
        undone.enter_context(local_settings(_build_settings()))
        providers.CONSTANTS_CACHE.cache.clear()
        undone.enter_context(patch.object(providers, "_get_local_constants", _find_no_constants))
        yield


@contextmanager
def isolate_schemathesis() -> Iterator[None]:
    """Use schemathesis without what was registered for all: hooks, authentication, checks, formats.

    A registered check may send requests of its own, past the effects guard.
    """
    from schemathesis.auths import GLOBAL_AUTH_STORAGE
    from schemathesis.checks import CHECKS, load_all_checks
    from schemathesis.generation.metrics import METRICS
    from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
    from schemathesis.specs.openapi.formats import STRING_FORMATS

    load_all_checks()  # its own checks must be known before others can be distinguished
    hooks, providers_of_keys = GLOBAL_HOOK_DISPATCHER.get_all(), GLOBAL_AUTH_STORAGE.providers
    with ExitStack() as undone:
        for values in (hooks, STRING_FORMATS):
            undone.enter_context(patch.dict(values, clear=True))
        for registry in (CHECKS, METRICS):
            own = {one.__name__: one for one in registry.get_all() if _is_own(one)}
            undone.enter_context(patch.object(registry, "_items", own))
        undone.enter_context(patch.dict(os.environ))
        undone.enter_context(isolate_hypothesis())
        os.environ.pop(HOOKS_VARIABLE, None)
        GLOBAL_AUTH_STORAGE.providers = []
        try:
            yield
        finally:
            GLOBAL_AUTH_STORAGE.providers = providers_of_keys


def _is_own(registered: object) -> bool:
    return registered.__module__.partition(".")[0] == "schemathesis"


def _write_utf_8_table() -> None:
    """Put a table into the folder that hypothesis would make one character after the other.

    That takes a second and 200 MB of memory. The table has every character but surrogates.
    """
    file = charmap_file("codec-v2-utf-8")
    file.parent.mkdir(parents=True)
    characters = [[0, 0xD7FF], [0xE000, sys.maxunicode]]
    with gzip.open(file, "wt", encoding="utf-8") as table:
        json.dump([characters, []], table)


def _build_settings() -> settings:
    return settings(
        max_examples=100,
        derandomize=False,
        database=None,
        verbosity=Verbosity.normal,
        phases=tuple(Phase),
        stateful_step_count=50,
        report_multiple_bugs=True,
        suppress_health_check=(),
        deadline=None,
        print_blob=False,
        backend="hypothesis",
    )


def _find_no_constants() -> Constants:
    return Constants()
