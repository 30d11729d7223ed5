"""Bodies of requests and responses, as the schemas of an operation want them.

Here belongs how a body is read, checked and written; which record it is about is known above.
"""
