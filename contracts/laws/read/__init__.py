"""READ: one job, read by its jobId.

`job` judges what is read, `listed` that the list has whatever can be read. Nothing here changes a
job.
"""
