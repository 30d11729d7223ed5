"""What lies between schemathesis and the laws on generated calls."""
