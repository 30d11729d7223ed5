"""COMP: the operation beside the jobs that makes them, which is the deletion of a user.

`deletion` judges the new job, `user_id` the name of the user, and `conflict` when a second job is
refused. No law here is judged where --effects is none.
"""
