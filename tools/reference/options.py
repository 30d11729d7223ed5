"""The options of both command lines, from their parsers."""

import argparse
from collections.abc import Iterator

from contracts import cli
from mockserver.cli.environment import PREFIX
from mockserver.cli.parsers import PARSERS
from tools.reference.markdown import compose_page, draw_table, escape, show_code


def draw_mock_options() -> str:
    """Return the page on the options of the mock."""
    about = (
        "`mockserver` without the name of a command serves. Each option of that can also be "
        "set in the environment, by the name in the last column; a switch is `on` or `off` "
        "there, and an option that can be repeated takes several values: paths separated as "
        "in `PATH`, names by commas, faults by line breaks. A variable that looks like a "
        "misspelled option is an error; any other that begins with `MOCKSERVER_`, such as "
        "those that Kubernetes sets for a service of that name, is reported on stderr and "
        "ignored. [Exit codes](exit_codes.md) tell how a command ended."
    )
    sections = [
        _draw_command(create(), environment=name == "serve") for name, create in PARSERS.items()
    ]
    return compose_page("Options of `mockserver`", about, sections)


def draw_judge_options() -> str:
    """Return the page on the options of the judge."""
    about = (
        "In pytest, each option of `check` has the prefix `--contract-`, and `--base-url` is "
        "`--contract-url`; reports are pytest's own. [What a run may "
        "do](judge.md#what-a-run-may-do), and how far it can be trusted, has a page of its "
        "own, and [exit codes](exit_codes.md) tell how a command ended."
    )
    sections = [_draw_command(parser) for parser in list_commands(cli.create_parser())]
    return compose_page("Options of `contracts`", about, sections)


def list_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser of each command of *parser*."""
    for action in list_actions(parser):
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 -- argparse names it so
            yield from action.choices.values()


def list_actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return all that *parser* takes."""
    return parser._actions  # noqa: SLF001 -- argparse has no other way to list them


def _draw_command(parser: argparse.ArgumentParser, *, environment: bool = False) -> str:
    actions = [a for a in list_actions(parser) if a.dest not in ("help", "version")]
    head = ["option", "what it does", *(["environment"] if environment else [])]
    rows = []
    for action in actions:
        told = escape(action.help or "")
        if isinstance(action, argparse._AppendAction) and "several" not in told:  # noqa: SLF001 -- as above
            told += "; can be repeated"
        variable = PREFIX + action.dest.upper()
        rows.append([_name(action), told, *([show_code(variable)] if environment else [])])
    parts = [f"## `{parser.prog}`\n", f"{escape(parser.description or '')}\n"]
    if rows:
        parts.append(draw_table(head, rows))
    examples = (parser.epilog or "").partition("\n\n")[0].removeprefix("examples:\n")
    lines = [line.removeprefix("  ") for line in examples.splitlines()]
    return "\n".join([*parts, "```sh", *lines, "```\n"])


def _name(action: argparse.Action) -> str:
    """Return how an option is given, with its value."""
    shown = " or ".join(show_code(name) for name in action.option_strings)
    if action.choices is not None:
        value = "\\|".join(map(str, action.choices))
    else:
        value = str(action.metavar or action.dest).replace("|", "\\|")
    if not action.option_strings:
        return f"`{value}`"
    if action.nargs == 0:
        return shown
    return f"{shown[:-1]} {value}`"
