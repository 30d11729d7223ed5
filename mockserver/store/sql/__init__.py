"""Records in a database: SQLite or PostgreSQL, the same statements for both.

Here belongs whatever speaks SQL or names a table. What several servers of one database have to
agree on is in `replicas`.
"""
