"""The composition root: what a server consists of is made here, once. Worlds are made later.

Here belongs what puts parts together. What is one API's own comes
from its profile, which `build` chooses.
"""
