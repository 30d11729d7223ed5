"""The judge is judged: deployments with one known fault each, and deployments without any.

`miniature` is a small conforming deployment, `faults` break one method of it each, `variants` keep
the contract in other ways; `kill_matrix` says which law kills which fault. `contracts check` does
not use this package, and it uses nothing of the mock: a mistake of the mock must not become the
measure of the judge.
"""
