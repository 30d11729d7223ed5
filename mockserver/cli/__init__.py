"""The command line: options, the environment, and the commands of ``mockserver``.

Here belongs what reads arguments and prints for people. What a command does is elsewhere: serving
in `process`, fixtures in `records`. Only `main` is public.
"""

from mockserver.cli.program import main

__all__ = ["main"]
