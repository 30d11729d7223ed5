"""TEN: what one tenant must not see or touch of another.

`projects` judges two projects of one organization, `organizations` two organizations. No law here
judges how a key is written: the AUTH laws do.
"""
