"""What the operations of any API do, by their role, and the way from a request to them.

Here belongs one module per role: what an operation does to records, such as list, read, create or
move. What is on no record is answered by an example. The rules are in `mockserver.records`.
"""
