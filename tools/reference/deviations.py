"""The deviations of the jobs API, from the catalogue of the mock."""

from mockserver.app.build import load_catalogue
from mockserver.resources import files
from tools.reference.markdown import compose_page, draw_table, escape, show_code


def draw_deviations() -> str:
    """Return the page on the deviations of the jobs API."""
    found = load_catalogue(files.contract(), ()).by_name
    about = (
        f"The {len(found)} names that `--deviation` takes in a mock of the jobs API. "
        "[Deviations](deviations.md) explains them, and where those of another contract come "
        "from."
    )
    rows = [[show_code(d.name), d.level, escape(d.does)] for d in found.values()]
    table = draw_table(["name", "level", "the mock"], rows)
    return compose_page("Deviations of the jobs API", about, [table])
