"""A proxy in front of a real deployment, which records what it sees.

Here belong forwarding, the files that a recording is written to, and what is learned of recorded
traffic: records that a mock serves again, and corrections of what was guessed of an API. Serving
a mock needs none of it.
"""
