"""Running a mock as a process, or as several on one port: bind, watch the fixtures, fork, end.

Here belong sockets that are bound, signals, forks and real time. What a server answers is in `app`
and below.
"""
