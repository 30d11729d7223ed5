"""Turning a folder of fixtures into the seed of a world, and making such folders."""
