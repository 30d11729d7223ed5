"""What the operations of any API do, by their role, and the way from a request to them.

A role is what an operation does to records: list, read, create, move, change, delete. What is on
no record is answered by an example. The rules themselves are in `mockserver.records`.
"""
