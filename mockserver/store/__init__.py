"""What the state is kept in: the URL of a store, its errors, and databases with their tables.

Here belongs what runs statements and migrates tables. How records are rows is in `records.sql`, and
what several servers of one database share is in `replicas`.
"""
