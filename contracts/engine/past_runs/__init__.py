"""What earlier runs saw of the deployment's records, kept in the file of `--history`.

`records` is the form in which a record is kept, `file` reads and writes it, and `keeping` is what
a run has of it. No body and no credential is kept, nothing is judged here, and texts that may be
personal are kept as digests only.
"""
