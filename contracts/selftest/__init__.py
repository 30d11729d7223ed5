"""Deployments with one known fault each, and deployments without: the judge is judged."""
