"""The table of this mock and its peers: all take turns, all serve the same jobs."""
