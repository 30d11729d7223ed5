"""Pictures as SVG that are read in light and in dark pages, and by those who cannot see them."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}"
    ".end{text-anchor:end}.middle{text-anchor:middle}"
)


def compose_picture(size: tuple[float, float], title: str, shapes: Iterable[str]) -> str:
    """Return a picture of this width and height on white; *title* says what it shows."""
    width, height = size
    frame = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width:g}" height="{height:g}" rx="6" fill="#fff"/>',
            *shapes,
            "</svg>\n",
        ]
    )


def draw_text(x: float, y: float, text: str, classes: str = "") -> str:
    """Return a line of text whose baseline begins at this point, or as its *classes* say."""
    given = f" class={quoteattr(classes)}" if classes else ""
    return f'<text x="{x:g}" y="{y:g}"{given}>{escape(text)}</text>'


def draw_box(x: float, y: float, width: float, height: float, attributes: str) -> str:
    """Return a rectangle; *attributes* are further ones, as SVG writes them."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {attributes}/>'
