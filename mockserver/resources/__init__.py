"""What an install brings: the files that come with the package, and the extras that it may lack.

Here belongs what needs the standard library alone, since it is asked before anything else is known
to be installed. In a wheel the files themselves are in this folder.
"""
