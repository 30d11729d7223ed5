"""Reading openapi.yaml, the only statement of the contract."""
