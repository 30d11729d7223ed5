"""What the other commands of `mockserver` are asked for."""

from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from mockserver.cli.options import Parser, UsageError
from mockserver.cli.values import limit_number
from mockserver.resources import files, shipped

T = TypeVar("T")
#: The most records that are generated of a resource, and the highest random seed.
_MOST = 100_000_000


class Api(NamedTuple):
    """A contract, with the *overlays* put on it, and the *fixtures* that come along with it."""

    spec: Path
    overlays: tuple[Path, ...] = ()
    fixtures: Path | None = None


class Generation(NamedTuple):
    """A request for so many *records* of each resource of *api* in *out*, from a random seed *rng*.

    *options* name the contract again.
    """

    api: Api
    records: int
    rng: int
    out: Path
    options: tuple[str, ...] = ()


def generate_settings(argv: Sequence[str]) -> Generation:
    """Return what ``mockserver generate`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    given = create_generate_parser().parse_args(argv)
    option = "--jobs" if given.records is None else "--records"
    count = read_value(option, given.jobs or given.records, limit_number(1, _MOST))
    rng = read_value("--rng", given.rng, limit_number(0, _MOST))
    options = [f"--api {given.api}"] if given.api else []
    options += [f"--spec {given.spec}"] if given.spec else []
    options += [f"--overlay {overlay}" for overlay in given.overlay]
    return Generation(read_api(given), count, rng, Path(given.out), tuple(options))


def create_generate_parser() -> Parser:
    """Return the parser of ``mockserver generate``."""
    parser = build_api_parser(
        "generate", "Write a deterministic, valid world of any size, for --seed, of any API."
    )
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--jobs", metavar="N", help="how many jobs")
    group.add_argument("--records", metavar="N", help="how many records of each resource")
    parser.add_argument("--rng", default="0", metavar="S", help="random seed (default: 0)")
    parser.add_argument(
        "--out", default="generated", metavar="DIR", help="a new folder (default: generated)"
    )
    return parser


def read_value(option: str, text: str, read: Callable[[str], T]) -> T:
    """Return the value of an option.

    Raises:
        UsageError: it cannot be used.
    """
    try:
        return read(text)
    except ValueError as error:
        # A URL that is refused may hold a password.
        shown = "" if "@" in text else f"={text!r}"
        raise UsageError(f"{option}{shown}: {error}") from None


class Check(NamedTuple):
    """A request to check the fixtures in *seed* (None: those that come along) against an *api*."""

    api: Api
    seed: Path | None


def check_settings(argv: Sequence[str]) -> Check:
    """Return what ``mockserver check`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    given = create_check_parser().parse_args(argv)
    api = read_api(given)
    return Check(api, given.seed or api.fixtures)


def create_check_parser() -> Parser:
    """Return the parser of ``mockserver check``."""
    parser = build_api_parser("check", "Read a contract and its fixtures, and list all problems.")
    parser.add_argument(
        "--seed", type=Path, metavar="PATH", help="a folder of fixtures, or a file of them"
    )
    return parser


def build_api_parser(command: str, description: str) -> Parser:
    """Return a parser of options that name a contract."""
    parser = Parser(command, description)
    parser.add_argument("--spec", type=Path, metavar="FILE", help="the contract")
    _add_api(parser)
    return parser


def _add_api(parser: Parser) -> None:
    parser.add_argument("--api", metavar="NAME", help="a contract that mockserver apis lists")
    parser.add_argument(
        "--overlay",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to put on it; can be given several times",
    )


def read_api(given: Namespace) -> Api:
    """Return the contract that the options of a command name.

    Raises:
        UsageError: they name two, or one that is not known.
    """
    if given.api is None:
        return Api(given.spec or files.contract(), tuple(given.overlay))
    if given.spec is not None:
        raise UsageError("--api names a contract; give no other")
    try:
        api = shipped.find(given.api)
    except ValueError as error:
        raise UsageError(f"--api={given.api!r}: {error}") from None
    return Api(api.spec, (*api.overlays, *given.overlay), api.fixtures)


class Understanding(NamedTuple):
    """A request to tell what *spec* says of its API, once the *overlays* are put on it."""

    spec: Path
    overlays: tuple[Path, ...]
    strict: bool
    mermaid: bool = False
    #: Traffic by which guesses are corrected.
    har: Path | None = None


def explain_settings(argv: Sequence[str]) -> Understanding:
    """Return what ``mockserver explain`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    given = create_explain_parser().parse_args(argv)
    api = read_api(given)
    return Understanding(api.spec, api.overlays, given.strict, given.mermaid)


def create_explain_parser() -> Parser:
    """Return the parser of ``mockserver explain``."""
    parser = _description_parser(
        "explain", "Show what is understood of an OpenAPI description, and how certain it is."
    )
    parser.add_argument("--mermaid", action="store_true", help="draw the states with Mermaid, too")
    return parser


def infer_settings(argv: Sequence[str]) -> Understanding:
    """Return what ``mockserver infer`` is asked for.

    Raises:
        UsageError: an option is unknown.
    """
    given = create_infer_parser().parse_args(argv)
    api = read_api(given)
    return Understanding(api.spec, api.overlays, given.strict, har=given.har)


def create_infer_parser() -> Parser:
    """Return the parser of ``mockserver infer``."""
    parser = _description_parser(
        "infer", "Write an overlay that declares what is inferred, each guess with its reason."
    )
    told = "recorded traffic, by which guesses are corrected"
    parser.add_argument("--har", type=Path, metavar="FILE", help=told)
    return parser


def _description_parser(command: str, description: str) -> Parser:
    parser = Parser(command, description)
    parser.add_argument(
        "spec", type=Path, metavar="FILE", nargs="?", help="OpenAPI 3.x or Swagger 2.0"
    )
    _add_api(parser)
    parser.add_argument(
        "--strict", action="store_true", help="an overlay's action that hits nothing is an error"
    )
    return parser


def apis_settings(argv: Sequence[str]) -> None:
    """Read what ``mockserver apis`` is asked for, which is nothing.

    Raises:
        UsageError: an option is unknown.
    """
    create_apis_parser().parse_args(argv)


def create_apis_parser() -> Parser:
    """Return the parser of ``mockserver apis``."""
    return Parser("apis", "List the bundled contracts, for --api.")


def deviations_settings(argv: Sequence[str]) -> Api:
    """Return the contract whose deviations ``mockserver deviations`` is asked for.

    Raises:
        UsageError: an option is unknown, or a value cannot be used.
    """
    return read_api(create_deviations_parser().parse_args(argv))


def create_deviations_parser() -> Parser:
    """Return the parser of ``mockserver deviations``."""
    description = "List the ways in which a mock can deviate from a contract, for --deviation."
    return build_api_parser("deviations", description)
