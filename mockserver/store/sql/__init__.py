"""Jobs in a database: SQLite or PostgreSQL, the same statements for both."""
