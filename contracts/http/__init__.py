"""HTTP as the judge speaks it: what may be sent, how it is sent, and what came back.

`transport` is the only sender of a run's requests, for laws and for generators alike; the effects
guard is part of it, below everything. `exchange` is one request with its answer, and `redaction`
the form of it that may be shown. This package does not know laws or verdicts: what an answer means
is decided above.
"""
