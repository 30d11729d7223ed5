"""Where the jobs of a world are kept: one interface, implemented in memory and by databases.

Here belongs what reads and changes jobs, and the seed that a store starts from. How a job may move
is in `domain`, and which worlds there are in `worlds`.
"""
