"""CANC: the cancellation of a job.

`by_status` judges in which status a job can be cancelled and what that changes, `job_id` cancels
that name no job, `lasting` what is left of a cancel later. `cases` cancels the jobs that several of
these laws look at, and judges nothing on its own.
"""
