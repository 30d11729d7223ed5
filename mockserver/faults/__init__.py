"""The faults in force in a world: which of them fire for a call."""
