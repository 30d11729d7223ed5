"""The documentation site as a person reads it; `make site` builds it and runs this."""
