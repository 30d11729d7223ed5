"""CANC: the cancellation of a job.

`outcome` judges when a job can be cancelled and what that changes, `refused` what must not be
cancelled, `lasting` what is left of a cancel later. `cases` cancels the jobs that several of these
laws look at, and judges nothing on its own.
"""
