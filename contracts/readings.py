"""Readings that several laws judge."""
