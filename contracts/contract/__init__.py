"""The contract, read by the judge itself into frozen values: `document.load` is the way in.

Here are the reader of openapi.yaml and of its x- keys, the model that they are read into, pointers
into the document, and the files that come along. Nothing here knows of HTTP, of a deployment or of
a law, and nothing is imported from the mock: a mistake of its reader must not be made here as well.
"""
