"""HIST: how records moved between earlier runs and this one (`--history`).

`between_runs` has the laws; `comparison` finds what there is to compare, and tells a violation from
a deployment that was reset. No law here changes a record, and none judges what one run alone saw.
"""
