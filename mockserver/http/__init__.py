"""HTTP: the socket, requests and responses, routes, refusals, and what is logged and counted.

Here belongs what needs no world and no store. What an operation answers is in `operations`, and
what happens around every request in `middleware`. Only the listener and the replies use aiohttp.
"""
