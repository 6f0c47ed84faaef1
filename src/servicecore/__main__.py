"""What the command ``servicecore`` and ``python -m servicecore`` start: the command line, where its extra is there."""

from __future__ import annotations

import sys
from typing import Final

_NEEDED: Final = frozenset(("click", "rich", "yaml"))
_BROKEN: Final = 3


def main() -> None:
    """Run the command line; without the extra ``cli`` say what to install, and exit with 3."""
    try:
        from servicecore.cli import main as command_line  # noqa: PLC0415 - needs an extra that the library does without

        command_line(prog_name="servicecore")
    except ModuleNotFoundError as missing:
        if missing.name not in _NEEDED:
            raise
        sys.stderr.write(f"servicecore: the command line needs {missing.name}: install servicecore[cli]\n")
        sys.exit(_BROKEN)


if __name__ == "__main__":
    main()
