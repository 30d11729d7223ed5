"""The contract, read by the judge itself into frozen values: `document.load` is the way in.

Here are the reader of openapi.yaml and of its x- keys, the `model` that they are read into,
pointers into the document, and the files that are shipped. This package does not know HTTP,
deployments or laws, and nothing is imported from the mock: a mistake of its reader must not be
made here as well.
"""
