"""The command line: `portal …`.

Owns no table. Every command lives in a module of its own that is loaded when it is called; the features' own
commands (`portal import indicators`) are plain click commands that run inside an application context.
"""

from portal.cli.program import main

__all__ = ["main"]
