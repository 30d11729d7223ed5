"""COMP: the operation beside the jobs that makes them, which is the deletion of a user.

`deletion` judges the new job, `conflict` when none may be made. No law here is judged where
--effects is none.
"""
