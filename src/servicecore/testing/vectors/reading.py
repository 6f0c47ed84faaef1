"""Trees that remember what was read of them, so that a vector with a field that no check reads does not pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from servicecore.testing.vectors.verdict import NotSupported


class MissingField(NotSupported, KeyError):
    """Raised where a check asks for a field that a vector does not have: it is of a shape that nobody mapped."""

    code: ClassVar[str] = "vectors.missing_field"


class ReadTree(Mapping[str, Any]):
    """A parsed JSON object that remembers which of its fields were asked for.

    Asking for the keys, or for all pairs at once, reads nothing yet: a field is read with its value.
    """

    __slots__ = ("_children", "_read", "_tree")

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree
        self._children: dict[str, Any] = {}
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self._tree:
            raise MissingField(f"the shape of a vector without the field {name}")
        value = self._tree[name]
        self._read.add(name)
        if name not in self._children:
            self._children[name] = remembering(value)
        return self._children[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def __len__(self) -> int:
        return len(self._tree)

    def __repr__(self) -> str:
        return repr(dict(self._tree))

    def unread(self, path: str) -> Iterator[str]:
        """Yield the dotted paths of fields with a value that nobody asked for, below ``path``."""
        for name, value in self._tree.items():
            if name not in self._read:
                if value is not None:
                    yield f"{path}.{name}"
            else:
                yield from _unread(self._children[name], f"{path}.{name}")


def remembering(value: Any) -> Any:
    """Return ``value`` with every object in it as a `ReadTree`; lists and everything else as they are."""
    if isinstance(value, Mapping):
        return ReadTree(value)
    if isinstance(value, list):
        return [remembering(each) for each in value]
    return value


def _unread(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, ReadTree):
        yield from value.unread(path)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _unread(each, f"{path}[{place}]")
