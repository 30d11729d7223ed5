"""The laws, by what they are about: each is one function with its id, its level and its clause.

A law is found by the prefix of its id: the module or package that begins like it holds it, so
PAGE-07 is in `page` and LIFE-01 in `lifecycle`. Each module names its laws in its first line.
`catalogue` lists all of them, in the order in which they are judged, and `explain` describes one.
What several laws need is in `listing` (the list, read within bounds) and in `job_supply` (jobs that
a law may change). A law sends requests through its probe only: it opens no connection, reads no
option and prints nothing. `fuzz` and `model` import their generators only when they are judged.
"""
