"""Worlds that several servers share: kept fresh before each request, kept safe at each change.

Here belongs what concerns more than one server: who may change a world, what the others have
changed, the journal and the clock of all. How a database keeps records is in `store.sql`.
"""
