"""The table of this mock and its peers, which are measured in turns and serve the same jobs."""
