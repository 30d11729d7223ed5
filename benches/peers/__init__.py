"""The mock next to other mock servers that a user would pick, all serving the same jobs."""
