"""Reading the contract of an API, which ``--spec`` names, into a frozen `Contract`.

Here belongs what a contract can say, what is inferred where it says nothing, and how a wrong one is
refused. What is done with a contract is elsewhere: no request is known here.
"""
