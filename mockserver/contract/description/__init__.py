"""Reading an OpenAPI description of any API into a frozen `contract.Contract`.

Here belongs what a description can say in plain OpenAPI and in the six ``x-`` keys, and what may be
inferred where it says nothing. What is done with a contract is elsewhere: no request is known here,
and no API.
"""
