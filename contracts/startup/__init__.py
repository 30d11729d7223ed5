"""How a run of the judge starts, from its command line and from pytest alike.

`options` is the one table of what a user may say of a run, `values` reads what is given, and
`composition` makes the run of it: target, laws, known deviations, driver. `packages` says what is
not installed. Nothing here prints or judges, and only `composition` imports what is slow to load.
"""
