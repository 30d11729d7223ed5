"""The composition root: what a server consists of is made here, once. Worlds are made later.

Here belongs what puts parts together. The jobs API has an engine of its own, `jobs`; every other
description is served by `records`; `build` chooses.
"""
