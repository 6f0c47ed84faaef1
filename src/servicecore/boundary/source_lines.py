"""The lines of a YAML or JSON file: where in the text a path such as ``offers[2].benefit`` stands."""

from __future__ import annotations

import re
from typing import Any, Final

_PART: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class SourceLines:
    """The places of a file's values; the text is parsed once."""

    def __init__(self, text: str) -> None:
        import yaml  # noqa: PLC0415 - only who reads YAML needs it, and it comes with an extra

        try:
            self._root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError):
            self._root = None

    def line_of(self, path: str) -> int:
        """Return the line, from 1, of ``path`` or of the innermost part of it that is there; 0 where unknown."""
        node = self._root
        if node is None:
            return 0
        line: int = node.start_mark.line
        for index, name in _PART.findall(path):
            found = _child(node, index, name)
            if found is None:
                break
            line, node = found
        return line + 1


def _child(node: Any, index: str, name: str) -> tuple[int, Any] | None:
    if index:
        children = node.value if node.id == "sequence" else []
        return (children[int(index)].start_mark.line, children[int(index)]) if int(index) < len(children) else None
    if node.id != "mapping":
        return None
    return next(((key.start_mark.line, value) for key, value in node.value if key.value == name), None)
