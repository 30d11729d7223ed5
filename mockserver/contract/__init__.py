"""Reading openapi.yaml, the only statement of the contract, into a frozen `Document`.

Here belongs what a contract can say and how a wrong one is refused. What is done with it is
elsewhere: no request is known here.
"""
