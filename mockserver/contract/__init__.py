"""Reading a contract, ``openapi.yaml`` or what ``--spec`` names, into a frozen `document.Document`.

Here belongs what a contract can say and how a wrong one is refused; the form that the mock supports
is in `supported` and `supported_operations`. What is done with a contract is elsewhere: no request
is known here.
"""
