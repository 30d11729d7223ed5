"""The commands that read and write fixtures. What they need is imported once they run."""

import sys
from collections.abc import Sequence

from mockserver.cli.options import UsageError
from mockserver.resources import extras


def generate(arguments: Sequence[str]) -> None:
    """Write a world of any size.

    Raises:
        UsageError: it cannot be written.
    """
    from mockserver.cli.commands import generate_settings

    asked = generate_settings(arguments)
    from mockserver.app.fixtures import generate_fixtures

    api = asked.api
    try:
        told = generate_fixtures(api.spec, api.overlays, asked.out, asked.records, asked.rng)
    except ImportError:
        raise UsageError(f"generate needs names: {extras.command('generate')}") from None
    except FileExistsError:
        raise UsageError(f"{asked.out} exists; name another folder with --out") from None
    except OSError as error:
        raise UsageError(f"{asked.out} cannot be written: {error.strerror}") from None
    options = "".join(f"{option} " for option in asked.options)
    sys.stdout.write(f"{told} written to {asked.out}; mockserver {options}--seed {asked.out}\n")


def check(arguments: Sequence[str]) -> None:
    """Read fixtures, and say what there is.

    Raises:
        UsageError: there are none.
        InvalidSourceError: they cannot be used.
    """
    from mockserver.cli.commands import check_settings

    asked = check_settings(arguments)
    from mockserver.app.fixtures import check_fixtures
    from mockserver.app.mock import UnservedError
    from mockserver.process.realtime import wall

    api = asked.api
    try:
        told = check_fixtures(api.spec, api.overlays, asked.seed, int(wall() * 1000))
    except UnservedError as error:
        raise UsageError(str(error)) from None
    sys.stdout.write(f"{told}\n")
