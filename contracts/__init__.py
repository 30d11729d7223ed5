"""A judge that verifies any implementation of the jobs API over HTTP."""
