"""The control API: what a test can do to a mock, under ``/__admin``. One module per resource.

Here belongs what reads such requests and answers them. What they act on is in `worlds`, `faults`,
`deviations` and `store`, which know of no control API.
"""
