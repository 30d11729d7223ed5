"""The laws, by what they are about: each is one function with its id, its level and its clause.

`catalogue` names them all, in the order in which they are judged, and `explain` tells of one in
words. What several laws need of a deployment stands in `listing` (the list, read within bounds) and
in `cancellations`. A law asks through its probe only: it opens no connection, reads no option and
prints nothing. `fuzz` and `sequences` import what makes up their calls when they are judged.
"""
