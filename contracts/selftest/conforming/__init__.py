"""Deployments that keep the contract, each in its own way: the judge must accuse none of them.

`variants` lists all of them and how each is judged. `open_choices` does differently what the
contract leaves open, `real_server` does what deployments were seen to do, `numbering` numbers jobs
differently, `nights` pass between two runs, and `vast_lists` has more jobs than a run can read.
Nothing here breaks a promise of the contract.
"""
