"""The dashboard as a person uses it: a browser, and a mock in a thread."""
