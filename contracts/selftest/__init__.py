"""The judge is judged: deployments with one known fault each, and deployments without any.

`miniature` is a small conforming deployment, `faults` break one method of it each, `variants` keep
the contract in other ways; `table` says which law kills which fault. `contracts check` uses nothing
of this, and nothing here comes from the mock: its mistakes must not become the judge's measure.
"""
