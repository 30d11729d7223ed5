"""Reading the OpenAPI description of any API, which ``--spec`` names, into a `contract.Contract`.

Here belongs what a description can say in plain OpenAPI and in the six ``x-`` keys, what is
inferred where it says nothing, and how a wrong one is refused. What is done with a contract is
elsewhere: no request is known here, and no API.
"""
