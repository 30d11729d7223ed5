"""The control API: what a test can do to a mock, under ``/__admin``. One module per resource.

Here belongs what reads these requests and responds to them. What they act on is in `worlds`,
`faults`, `deviations` and `store`, which do not know the control API.
"""
