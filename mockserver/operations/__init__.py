"""What the operations of any API do, by their role, and the way from a request to them.

Here belongs what a role does with records, such as to list, read, create or move them. What is on
no record is answered by an example. The rules are in `records`; what happens around every request
is in `middleware`.
"""
