"""Generated calls: schemathesis generates them, and the contract says what each should get.

`phases` runs schemathesis through the gate of a run, `checks` verifies what it reports, `promises`
says what the contract promises to a call, and `isolation` keeps a user's settings of both testers
away; `model` is a model of the deployment with the random sequences that are compared with it. The
laws are `contracts.laws.fuzz` and `contracts.laws.model`; nothing here gives a verdict, and nothing
here sends what the effects guard has not seen.
"""
