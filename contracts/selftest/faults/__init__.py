"""Faults, by what they break: each is a miniature with one method changed."""
