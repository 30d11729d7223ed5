"""What is the jobs API's own: its words for errors and fixtures, and jobs as views of records.

Here belongs what only the users of this API know: jobs, projects, organizations, referenceIds. What
holds for every API is in `records`, `operations` and `control`.
"""
