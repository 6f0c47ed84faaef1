"""A mapping with a few entries changed: the large one below stays as it is and is shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_CHANGES: Final = 1000
"""How many entries may differ before the mapping is copied as a whole."""


class Overlay(Mapping[K, V]):
    """``base`` with ``changes`` on top; a change to None takes the entry away. Neither is changed after."""

    __slots__ = ("_base", "_changes", "_length")

    def __init__(self, base: Mapping[K, V], changes: Mapping[K, V | None]) -> None:
        self._base = base
        self._changes = changes
        self._length = len(base) + sum(
            (value is not None) - (key in base) for key, value in changes.items() if (value is None) == (key in base)
        )

    def __getitem__(self, key: K) -> V:
        if key in self._changes:
            value = self._changes[key]
            if value is None:
                raise KeyError(key)
            return value
        return self._base[key]

    def __iter__(self) -> Iterator[K]:
        """Give the keys in the order of the base, then the new ones: as a dict after the same changes."""
        yield from (key for key in self._base if key not in self._changes or self._changes[key] is not None)
        yield from (key for key, value in self._changes.items() if value is not None and key not in self._base)

    def __len__(self) -> int:
        return self._length

    def changed(self, key: K, value: V | None) -> Mapping[K, V]:
        """Return it with one more change."""
        changes = {**self._changes, key: value}
        overlay = Overlay(self._base, changes)
        return overlay if len(changes) <= MOST_CHANGES else dict(overlay)


def changed(mapping: Mapping[K, V], key: K, value: V | None) -> Mapping[K, V]:
    """Return ``mapping`` with ``value`` under ``key``, or without ``key`` where the value is None."""
    overlay = mapping if isinstance(mapping, Overlay) else Overlay(mapping, {})
    return overlay.changed(key, value)
