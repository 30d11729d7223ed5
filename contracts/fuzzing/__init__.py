"""Generated calls: schemathesis generates them, and the contract says what each should get.

`phases` runs schemathesis through the gate of a run, `checks` verifies what it reports, `promises`
says what the contract promises to a call, and `isolation` keeps a user's settings of both testers
away. The laws on generated calls are in `contracts.laws.fuzz`; nothing here gives a verdict, and
nothing here sends what the effects guard has not seen.
"""
