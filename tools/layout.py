"""Measures the layout of the two packages.

``python -m tools.layout`` measures this tree, and ``python -m tools.layout COMMIT ...`` those of
commits; both print a Markdown table. ``tests/structure/test_layout.py`` keeps the limits.

What is counted:

- rooms: modules and packages side by side at the top level of a package
- floors: the rooms of the longest chain of imports; rooms that import each other are one floor
- arrows: pairs of rooms of which one imports the other
- circles: groups of modules that import each other, also within functions or for type checkers only
- suppressions: comments ``noqa`` and ``type: ignore``
- participles: functions, nested ones too, whose name begins with a past or present participle, such
  as ``found`` or ``waiting``, where a verb would say what they do. Properties may be called so and
  are not counted. Nouns are not looked for: many of them (``page``, ``order``) are verbs as well.
"""

import argparse
import ast
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tokenize
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.layout"
NAMES = ("mockserver", "contracts")

_SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)\b")
#: A first word that is a participle. The irregular ones are those of which none is also the verb
#: itself (``read``, ``split``).
_PARTICIPLE = re.compile(
    r"""
    (?!(?:bring|embed|exceed|feed|heed|need|ping|proceed|ring|seed|speed|succeed)$)
    (?: \w+ed | \w+ing
    | begun | bound | broken | brought | built | caught | chosen | done | drawn | driven | fallen
    | felt | foreseen | forgotten | found | frozen | given | gone | got | grown | heard | held
    | hidden | kept | known | laid | lain | led | left | lost | made | meant | met | overtaken
    | paid | proven | rewritten | seen | sent | shown | sought | spent | spoken | stolen | stood
    | struck | taken | taught | thought | thrown | told | torn | unbound | understood | unforeseen
    | unproven | unsent | withdrawn | won | worn | written
    )$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What was counted in a package; paths are below the folder that holds the package."""

    rooms: tuple[str, ...]
    floors: int
    arrows: int
    circles: tuple[tuple[str, ...], ...]
    lines: int
    suppressions: int
    functions: int
    participles: tuple[str, ...]
    largest: str


def measure(folder: Path, package: str) -> Layout:
    """Return what there is of the *package* in *folder*."""
    modules = {_module(file, folder): file for file in sorted((folder / package).rglob("*.py"))}
    texts = {name: file.read_text(encoding="utf-8") for name, file in modules.items()}
    trees = {name: ast.parse(text) for name, text in texts.items()}
    imports = {
        name: set(_imports(tree, _parts(modules[name].parent, folder), trees.keys())) - {name}
        for name, tree in trees.items()
    }
    arrows = _arrows_between_rooms(imports)
    rooms = {file.stem if file.suffix == ".py" else file.name for file in _rooms(folder / package)}
    functions = [(name, node) for name, tree in trees.items() for node in _functions(tree)]
    lines = {name: len(text.splitlines()) for name, text in texts.items()}
    largest = max(lines, key=lambda name: lines[name])
    return Layout(
        rooms=tuple(sorted(rooms)),
        floors=_count_floors(arrows),
        arrows=sum(len(below) for below in arrows.values()),
        circles=tuple(_find_circles(imports)),
        lines=sum(lines.values()),
        suppressions=sum(_count_suppressions(text) for text in texts.values()),
        functions=len(functions),
        participles=tuple(
            f"{module}.{node.name}" for module, node in functions if _is_named_by_participle(node)
        ),
        largest=f"{modules[largest].relative_to(folder).as_posix()} ({lines[largest]})",
    )


def render(measured: Mapping[str, Mapping[str, Layout]]) -> str:
    """Return a Markdown table: a column for each tree and package in *measured*."""
    columns = [(tree, name, layout) for tree, of in measured.items() for name, layout in of.items()]
    rows: dict[str, list[object]] = {
        "": [f"{name}, {tree}" for tree, name, _ in columns],
        "---": ["---"] * len(columns),
    }
    for field in Layout.__slots__:
        values = [getattr(layout, field) for _, _, layout in columns]
        rows[field] = [len(value) if isinstance(value, tuple) else value for value in values]
    return "".join(
        f"| {label} | " + " | ".join(map(str, cells)) + " |\n" for label, cells in rows.items()
    )


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Measure the layout.")
    parser.add_argument("commits", nargs="*", metavar="COMMIT", help="default: this tree as it is")
    parser.add_argument("--names", action="store_true", help="also list participles and circles")
    options = parser.parse_args(arguments)
    measured = {commit: _measure_commit(commit) for commit in options.commits} or {
        "this tree": {name: measure(ROOT, name) for name in NAMES}
    }
    sys.stdout.write(render(measured))
    for layouts in measured.values() if options.names else ():
        for layout in layouts.values():
            circles = [" <-> ".join(circle) for circle in layout.circles]
            sys.stdout.write("\n".join(["", *circles, *layout.participles, ""]))
    return 0


def _measure_commit(commit: str) -> dict[str, Layout]:
    """Return the layouts of the packages in a commit."""
    git = shutil.which("git") or "git"
    command = [git, "archive", "--format=tar", commit, *NAMES]
    archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with (
        tempfile.TemporaryDirectory() as folder,
        tarfile.open(fileobj=io.BytesIO(archive)) as packed,
    ):
        packed.extractall(folder, [member for member in packed if member.isfile()], filter="data")
        return {name: measure(Path(folder), name) for name in NAMES}


def _module(file: Path, folder: Path) -> str:
    """Return the dotted name of a file."""
    return ".".join(_parts(file.with_suffix(""), folder)).removesuffix(".__init__")


def _parts(path: Path, folder: Path) -> list[str]:
    """Return the names of a path below the folder."""
    return list(path.relative_to(folder).parts)


def _rooms(package: Path) -> Iterator[Path]:
    """Yield the modules and packages at the top level of a package."""
    for path in package.iterdir():
        if (path.suffix == ".py" and path.name != "__init__.py") or any(path.glob("*.py")):
            yield path


def _imports(tree: ast.Module, package: list[str], modules: AbstractSet[str]) -> Iterator[str]:
    """Yield the *modules* that a module of *package* imports anywhere, under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                found = f"{origin}.{alias.name}"
                if found in modules or origin in modules:
                    yield found if found in modules else origin


def _arrows_between_rooms(imports: Mapping[str, AbstractSet[str]]) -> dict[str, set[str]]:
    """Return which rooms each room imports; the package's own __init__ is none."""
    arrows: dict[str, set[str]] = {}
    for name, below in imports.items():
        for other in ({name} | below) if "." in name else ():
            if "." in other:
                arrows.setdefault(name.split(".")[1], set()).add(other.split(".")[1])
    return {room: below - {room} for room, below in arrows.items()}


def _reach(arrows: Mapping[str, AbstractSet[str]]) -> dict[str, set[str]]:
    """Return what each node leads to, by any number of arrows."""
    reached = {}
    for start in arrows:
        seen: set[str] = set()
        waiting = set(arrows[start])
        while waiting:
            node = waiting.pop()
            seen.add(node)
            waiting |= arrows[node] - seen
        reached[start] = seen
    return reached


def _find_circles(arrows: Mapping[str, AbstractSet[str]]) -> list[tuple[str, ...]]:
    """Return the groups of nodes that lead to each other."""
    reached = _reach(arrows)
    groups = {
        tuple(sorted(other for other in reached[node] if node in reached[other]))
        for node in arrows
        if node in reached[node]
    }
    return sorted(groups)


def _count_floors(arrows: Mapping[str, AbstractSet[str]]) -> int:
    """Return how many nodes the longest chain has; nodes of a circle are one."""
    reached = _reach(arrows)
    heights: dict[str, int] = {}
    # What a node leads to comes before it, but for the other nodes of its circle.
    for node in sorted(arrows, key=lambda node: len(reached[node] | {node})):
        below = {other for other in reached[node] if node not in reached[other]}
        heights[node] = 1 + max((heights[other] for other in below), default=0)
    return max(heights.values())


def _count_suppressions(text: str) -> int:
    """Return how many comments silence a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return sum(len(_SUPPRESSION.findall(comment)) for comment in comments)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions and methods of a module, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _is_named_by_participle(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether the first word of a function's name is a participle."""
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    if any(word.rpartition(".")[2] in {"property", "cached_property"} for word in decorators):
        return False
    return bool(_PARTICIPLE.match(function.name.strip("_").partition("_")[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
