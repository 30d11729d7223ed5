"""The control API: what a test can do to a mock, under ``/__admin``. A module per resource."""
