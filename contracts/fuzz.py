"""Laws that schemathesis judges: what it generates from the contract is answered by it."""
