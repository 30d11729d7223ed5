"""The engine: what a law is, what it asks with, and how a run of laws comes to verdicts.

`runner` judges laws one after the other and tells of it as `events`; `law`, `probe` and `verdict`
are what a law is written with; `exit_code` says what the verdicts come to. No law is here, and
none is known by its id; nothing here prints, parses options or makes up calls.
"""
