"""Replicas, one state, and what survives when something dies."""
