"""A stateful mock of any API whose records move and whose lists page, driven by its contract."""

__version__ = "0.1.0"
