"""READ: one job, read by its jobId.

`job` judges what is read, `listed` that the list has whatever can be read, and `meanwhile` that no
response shows a job otherwise than those before and after it. Nothing here changes a job.
"""
