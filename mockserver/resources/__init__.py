"""What an install brings: the files that come with the package, and the extras that it may lack.

A wheel keeps its files in this folder. Here belongs what imports nothing but the standard library,
since it is asked before anything else is known to be installed.
"""
