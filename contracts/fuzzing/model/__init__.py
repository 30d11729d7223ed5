"""A model of the deployment, and random sequences of calls that are compared with it.

`reference` is the model: what is known of each job, and what may be answered next. `plan` draws
what sequences consist of, `search` has them carried out and shortens the one that contradicts the
model. The law itself (MODEL-01) is in `contracts.laws.model`; nothing here gives a verdict or knows
another law.
"""
