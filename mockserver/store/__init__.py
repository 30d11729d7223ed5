"""Where records are kept: in memory, or in a database that its URL names.

Here belongs what finds, pages and changes records at a cost that does not grow with the list. What
several servers of one database share is in `replicas`.
"""
