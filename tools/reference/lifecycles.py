"""How the records of the contracts that come along move: their moves, and a picture of each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mockserver.contract.contract import Fact, Move, Resource
from mockserver.contract.explain import describe_move
from mockserver.contract.reader import load
from mockserver.resources.shipped import ShippedApi, list_all
from tools.reference.markdown import compose_page, draw_table, escape, show_code
from tools.reference.state_diagram import draw_states

PICTURES = Path("images")


def draw_lifecycles() -> str:
    """Return the page on lifecycles."""
    about = (
        "Drawn from `x-lifecycle`, as each contract or its overlay declares it. A row is a "
        "move, from the states with a dot to those with an arrow; a ring is a move that leads "
        "back to the state. Moves of the server are solid, those of clients dashed. First "
        "states are blue, and ends have a double edge. `mockserver explain FILE --mermaid` "
        "draws the states of your own contract, and `mockserver --api NAME` serves one of "
        "these."
    )
    sections = []
    for api, resource in list_resources():
        title = f"{api.title} ({resource.name})"
        rows = [_split(describe_move(fact.value)) for fact in _moves(resource)]
        sections += [
            f"## `{api.name}`\n",
            f"{escape(title)}\n",
            f"![The states of {escape(title)}]({(PICTURES / name_picture(api)).as_posix()})\n",
            draw_table(["move", "from, to, and when"], rows),
        ]
    return compose_page("Lifecycles", about, sections)


def draw_pictures() -> Iterator[tuple[Path, str]]:
    """Yield each picture of the page, with its file."""
    for api, resource in list_resources():
        if resource.lifecycle is not None:
            title = f"The states of {api.title}"
            yield PICTURES / name_picture(api), draw_states(resource.lifecycle, title)


def list_resources() -> Iterator[tuple[ShippedApi, Resource]]:
    """Yield each resource that moves, of each contract that comes along."""
    for api in list_all():
        for resource in load(api.spec, api.overlays).resources:
            if resource.lifecycle is not None and resource.lifecycle.moves:
                yield api, resource


def name_picture(api: ShippedApi) -> str:
    """Return the name of the picture's file."""
    return f"lifecycle-{api.name}.svg"


def _moves(resource: Resource) -> Iterable[Fact[Move]]:
    return resource.lifecycle.moves if resource.lifecycle is not None else ()


def _split(text: str) -> list[str]:
    event, _, rest = text.partition(": ")
    return [show_code(event), escape(rest).replace("->", "→")]
