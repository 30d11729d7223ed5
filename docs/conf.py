"""How Sphinx builds the documentation site; `make docs` runs it, and a warning is an error."""

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
# Pages open without a server and without a network: nothing is loaded from elsewhere.
html_copy_source = False
html_show_sourcelink = False
