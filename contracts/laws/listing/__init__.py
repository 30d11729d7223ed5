"""The list of jobs as laws read it: stretches of it, what it holds in all, and one job in it.

The cost of each reading is bounded, however long the list is. No law stands here, and nothing here
says that the contract is broken but where two readings of one page differ.
"""
