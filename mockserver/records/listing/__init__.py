"""Lists that page: what a request asks for, which records those are, and where other pages are.

Here belongs what follows from the pagination and the filters of a contract, and what a store has to
follow. How a store finds a page is in `store`.
"""
