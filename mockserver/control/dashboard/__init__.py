"""The dashboard: a page on which a person watches a mock and steers it, by the control API alone.

Here belong the page as the server sends it, in ``page``, and its files, in ``static``: modules of
JavaScript as they are run, without a build step, and one style sheet.
"""
