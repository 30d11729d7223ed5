"""What is the jobs API's own: its words for errors and fixtures, and jobs as views of records.

Here belongs all that knows jobs, organizations and projects. What the contract says is in no
module of this package.
"""
