"""Reading a contract: ``openapi.yaml``, or what ``--spec`` names.

What the contract declares is in the frozen `document.Document`, or the contract is refused: the
form that the mock is written for is in `supported` and `roles`.
"""
