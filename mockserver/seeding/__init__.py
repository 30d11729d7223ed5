"""Turning a folder of fixtures into the seed of a world, and making such folders.

Here belongs what a fixture may hold and what is wrong with one. How its YAML and JSON are parsed is
in `parsing`, and what becomes of a seed in `store` and `worlds`.
"""
