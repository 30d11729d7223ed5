"""How Sphinx builds the documentation site; `make docs` runs it, and a warning is an error."""

import re
from itertools import pairwise
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

from mockserver import __version__

project = "jobs-mockserver"
author = "the authors of jobs-mockserver"
project_copyright = "the authors of jobs-mockserver, MIT License"
release = __version__

extensions = ["myst_parser"]
exclude_patterns = ["examples", "schemas"]
nitpicky = True
# Two hyphens are an option, and not a dash.
smartquotes = False

# Headings are linked to as in a repository, so that the same files read well in both.
myst_heading_anchors = 3
myst_links_external_new_tab = False

html_theme = "furo"
html_title = f"jobs-mockserver {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_search_language = "both"
# Pages open without a server and without a network: nothing is loaded from elsewhere.
html_copy_source = False
html_show_sourcelink = False

# `make links` asks for each page of others. What stands for a host of the reader is not one.
linkcheck_ignore = [r"https?://(localhost|127\.0\.0\.1|([\w-]+\.)*example\.com)([:/]|$)"]
linkcheck_timeout = 20
linkcheck_retries = 2


class SearchBoth(SearchEnglish):
    """Search in English, and in Chinese, which has no spaces: by each two characters in a row."""

    lang = "both"
    js_splitter_code = """
function splitQuery(query) {
  const parts = query.match(/\\p{Script=Han}+|(?:(?!\\p{Script=Han})[\\p{L}\\p{N}_])+/gu) ?? [];
  const pair = (part) => [...part].slice(1).map((last, at) => [...part][at] + last);
  return parts.flatMap((part) => (/^\\p{Script=Han}{2,}$/u.test(part) ? pair(part) : [part]));
}
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 -- the name that Sphinx gives it
        """Return the words of *input*, and of Chinese each character and each pair of them."""
        found: list[str] = []
        for part in re.findall(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+", input):
            is_chinese = "\u4e00" <= part[0] <= "\u9fff"
            pairs = ["".join(pair) for pair in pairwise(part)]
            found += [*part, *pairs] if is_chinese else [part]
        return found


def set_language(_: Sphinx, page: str, __: str, context: dict[str, Any], ___: object) -> None:
    """Tell browsers and screen readers which pages are Chinese."""
    if page.endswith(".zh"):
        context["language"] = "zh-CN"


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.add_search_language(SearchBoth)
    app.connect("html-page-context", set_language)
