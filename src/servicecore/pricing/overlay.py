"""A mapping with a few entries changed: the large one below stays as it is and is shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_CHANGES: Final = 1000
"""How many entries may differ before the mapping is copied as a whole."""


class Overlay(Mapping[K, V]):
    """``base`` with ``changes`` on top; a change to None takes the entry away. Neither is changed after.

    Its entries come in the order that a dict has after the same changes: one that was taken away and put back, which
    ``again`` names, comes with the new ones.
    """

    __slots__ = ("_again", "_base", "_changes", "_length")

    def __init__(self, base: Mapping[K, V], changes: Mapping[K, V | None], again: frozenset[K] = frozenset()) -> None:
        self._base = base
        self._changes = changes
        self._again = again
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
        changes, again = self._changes, self._again
        for key in self._base:
            if key not in changes or (changes[key] is not None and key not in again):
                yield key
        for key, value in changes.items():
            if value is not None and (key in again or key not in self._base):
                yield key

    def __len__(self) -> int:
        return self._length

    def changed(self, key: K, value: V | None) -> Mapping[K, V]:
        """Return it with one more change."""
        changes, again = dict(self._changes), self._again
        if value is not None and changes.get(key, value) is None:
            del changes[key]
            again |= {key}
        changes[key] = value
        overlay = Overlay(self._base, changes, again)
        return overlay if len(changes) <= MOST_CHANGES else dict(overlay)


def changed(mapping: Mapping[K, V], key: K, value: V | None) -> Mapping[K, V]:
    """Return ``mapping`` with ``value`` under ``key``, or without ``key`` where the value is None."""
    overlay = mapping if isinstance(mapping, Overlay) else Overlay(mapping, {})
    return overlay.changed(key, value)
