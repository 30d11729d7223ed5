"""HIST: how jobs moved between earlier runs and this one (`--history`).

`between_runs` has the laws; how they tell a violation from a deployment that was reset is that of
any API. No law here changes a record, and none judges what one run alone saw.
"""
