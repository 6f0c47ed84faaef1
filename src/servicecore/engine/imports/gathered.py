"""What collections have gathered so far, and where the rows stand that could not be read."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from attrs import define, field

from servicecore.boundary.templates import Collections

_NAMED: Final = 5


@define
class Places:
    """Where rows stand that could not be read; the first few are named."""

    _named: list[str] = field(factory=list)
    _count: int = 0

    def add(self, file: str, line: int) -> None:
        """Note a row."""
        self._count += 1
        if len(self._named) < _NAMED:
            self._named.append(f"{file}:{line}")

    def __bool__(self) -> bool:
        return bool(self._count)

    def __str__(self) -> str:
        return ", ".join(self._named if self._count <= _NAMED else [*self._named, f"... ({self._count})"])


@define
class Gathered:
    """The collections of an import while its files are read.

    Attributes:
        values: what was gathered, by the collection's name, then its key, in file order.
        broken: where rows stand that could not be read, by the same two.
        strays: where rows stand of which not even the key could be read, by the collection's name.
        asked: collection and key of what records asked for.
        counts: how many rows a source gave, by its place in the mapping, the collection and the key.

    """

    values: dict[str, dict[str, list[Any]]] = field(factory=dict)
    broken: dict[str, dict[str, Places]] = field(factory=dict)
    strays: dict[str, Places] = field(factory=dict)
    asked: set[tuple[str, str]] = field(factory=set)
    counts: Counter[tuple[int, str, str]] = field(factory=Counter)

    def take(self, name: str, key: str, place: int, value: Any) -> None:
        """Gather ``value``, of the source at ``place``, under ``key``."""
        self.values.setdefault(name, {}).setdefault(key, []).append(value)
        self.counts[place, name, key] += 1

    def unasked(self, place: int) -> int:
        """Return how many rows of the source at ``place`` no record asked for."""
        return sum(
            count for (of, name, key), count in self.counts.items() if of == place and (name, key) not in self.asked
        )

    def lose(self, name: str, key: str | None, file: str, line: int) -> None:
        """Note a row that could not be read; without a key it may belong to any record."""
        if key is None:
            self.strays.setdefault(name, Places()).add(file, line)
        else:
            self.broken.setdefault(name, {}).setdefault(key, Places()).add(file, line)

    def collections(self) -> Collections:
        """Return them as templates take them in."""
        return Collections(self.values, self.broken, self.strays, self.asked)
