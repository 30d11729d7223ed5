"""What the other commands of `mockserver` are asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mockserver.cli.options import Parser, UsageError
from mockserver.resources import files, shipped


class Generation(NamedTuple):
    """A request to generate *jobs* jobs into *out*, from the random seed *rng*."""

    jobs: int
    rng: int
    out: Path


def generate_settings(argv: Sequence[str]) -> Generation:
    """Return what ``mockserver generate`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    parser = Parser(
        prog="mockserver generate",
        description="Write a deterministic, valid world of any size, for --seed.",
        allow_abbrev=False,
    )
    parser.add_argument("--jobs", required=True, metavar="N", help="how many jobs")
    parser.add_argument("--rng", default="0", metavar="S", help="random seed (default: 0)")
    parser.add_argument(
        "--out", default="generated", metavar="DIR", help="a new folder (default: generated)"
    )
    arguments = parser.parse_args(argv)
    jobs, rng = _count("--jobs", arguments.jobs, 1), _count("--rng", arguments.rng, 0)
    return Generation(jobs, rng, Path(arguments.out))


def _count(name: str, text: str, lowest: int) -> int:
    if not (text.isascii() and text.isdecimal() and lowest <= int(text) <= 100_000_000):
        raise UsageError(f"{name}={text!r}: give a whole number from {lowest} to 100,000,000")
    return int(text)


class Check(NamedTuple):
    """A request to check the fixtures in *seed* against the contract *spec*."""

    seed: Path
    spec: Path


def check_settings(argv: Sequence[str]) -> Check:
    """Return what ``mockserver check`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    parser = Parser(
        prog="mockserver check",
        description="Read a contract and a folder of fixtures, and tell all that is wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("--seed", type=Path, default=files.fixtures(), metavar="DIR")
    parser.add_argument("--spec", type=Path, default=files.contract(), metavar="FILE")
    arguments = parser.parse_args(argv)
    return Check(arguments.seed, arguments.spec)


class Understanding(NamedTuple):
    """A request to tell what *spec* says of its API, once the *overlays* are put on it."""

    spec: Path
    overlays: tuple[Path, ...]
    strict: bool
    mermaid: bool = False


def explain_settings(argv: Sequence[str]) -> Understanding:
    """Return what ``mockserver explain`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    parser = _description_parser(
        "explain", "Tell what is understood of an OpenAPI description, and how surely."
    )
    parser.add_argument("--mermaid", action="store_true", help="draw the states with Mermaid, too")
    given = parser.parse_args(argv)
    return Understanding(given.spec, tuple(given.overlay), given.strict, given.mermaid)


def infer_settings(argv: Sequence[str]) -> Understanding:
    """Return what ``mockserver infer`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    parser = _description_parser(
        "infer", "Write an overlay that declares what is inferred, each guess with its reason."
    )
    given = parser.parse_args(argv)
    return Understanding(given.spec, tuple(given.overlay), given.strict)


def _description_parser(command: str, description: str) -> Parser:
    parser = Parser(prog=f"mockserver {command}", description=description, allow_abbrev=False)
    parser.add_argument("spec", type=Path, metavar="FILE", help="OpenAPI 3.x or Swagger 2.0")
    parser.add_argument(
        "--overlay",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to put on it; can be given several times",
    )
    parser.add_argument(
        "--strict", action="store_true", help="an overlay's action that hits nothing is an error"
    )
    return parser


def apis_settings(argv: Sequence[str]) -> None:
    """Read what ``mockserver apis`` is asked for, which is nothing.

    Raises:
        UsageError: an option is unknown.
    """
    description = "List the contracts that come along, for --api."
    Parser(prog="mockserver apis", description=description).parse_args(argv)


class Deviating(NamedTuple):
    """A request to list the deviations of what *spec* describes, with *overlays* put on it."""

    spec: Path
    overlays: tuple[Path, ...]


def deviations_settings(argv: Sequence[str]) -> Deviating:
    """Return what ``mockserver deviations`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    parser = Parser(
        prog="mockserver deviations",
        description="List the ways in which a mock can deviate from a contract, for --deviation.",
        allow_abbrev=False,
    )
    parser.add_argument("--spec", type=Path, metavar="FILE", help="the contract")
    parser.add_argument("--api", metavar="NAME", help="a contract that mockserver apis lists")
    parser.add_argument(
        "--overlay",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to put on it; can be given several times",
    )
    given = parser.parse_args(argv)
    if given.api is None:
        return Deviating(given.spec or files.contract(), tuple(given.overlay))
    if given.spec is not None:
        raise UsageError("--api names a contract; leave --spec out")
    try:
        api = shipped.find(given.api)
    except ValueError as error:
        raise UsageError(f"--api={given.api!r}: {error}") from None
    return Deviating(api.spec, (*api.overlays, *given.overlay))
