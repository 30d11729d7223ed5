"""The engine: what a law is, what it asks with, and how a run of laws ends in verdicts.

`runner` judges laws one after the other and yields `events`; `law`, `probe` and `verdict`
are what a law is written with; `exit_code` derives the exit code from the verdicts. The engine
contains no law and knows none by its id; it does not print, parse options or generate calls.
"""
