"""Faults in force: which of them fire for a call, and what each then does to it."""
