"""Replicas, their one state, and what survives when something is killed."""
