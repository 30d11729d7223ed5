"""Records in a database: SQLite or PostgreSQL, the same statements for both.

Here belongs whatever speaks SQL or names a table. What a record becomes is decided in Python, by
the functions that the store in memory uses. The database compares and swaps: a change is one
statement, under the condition that the record is still what it was when it was read. So no
lifecycle is translated into SQL, and a contract can say of its records whatever the engine
understands. What several servers of one database have to agree on is in `replicas`.
"""
