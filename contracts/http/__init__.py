"""HTTP as the judge speaks it: what may be sent, how it is sent, and what came back.

`transport` is the only sender of a run's requests, for laws and for generators alike; the effects
guard stands in it, below everything. `exchange` is one request with its answer, and `redaction` the
form of it that may be shown. Nothing here knows of a law or of a verdict: what an answer means is
decided above.
"""
