"""The command line: everything that can be done from a shell."""

from servicecore.cli.main import main

__all__ = ["main"]
