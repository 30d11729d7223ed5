"""Running a mock as a process, or as several on one port: bind, watch the fixtures, fork, end.

Here belong bound sockets, signals, forks and real time. What a server responds is in `app` and
below.
"""
