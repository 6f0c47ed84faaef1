"""Filling the places of sets: which units, the dearest first, can stand in so many sets at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define


@define
class _Filling:
    """Sets while they are filled: the room that each slot has left, and the units of lines that stand in it."""

    fits: Sequence[frozenset[str]]
    room: list[int]
    held: list[dict[str, int]]

    def push(self, line: str, most: int, asked: set[int]) -> int:
        """Put up to ``most`` units of ``line`` into places, others moving aside; return how many, 0 for none."""
        open_to = [slot for slot, fitting in enumerate(self.fits) if line in fitting and slot not in asked]
        asked.update(open_to)
        for slot in open_to:
            if self.room[slot]:
                units = min(most, self.room[slot])
                self.room[slot] -= units
                self.held[slot][line] = self.held[slot].get(line, 0) + units
                return units
        for slot in open_to:
            for other, there in tuple(self.held[slot].items()):
                moved = self.push(other, min(most, there), asked) if there and other != line else 0
                if moved:
                    self.held[slot][other] -= moved
                    self.held[slot][line] = self.held[slot].get(line, 0) + moved
                    return moved
        return 0


def fill_sets(
    sets: int, slots: Sequence[int], fits: Sequence[frozenset[str]], free: Mapping[str, int]
) -> dict[str, int] | None:
    """Return the units of each line that stand in ``sets`` sets; None where so many cannot be filled.

    ``slots`` are the units of each slot, ``fits`` the lines that fit it, ``free`` the units of lines, the dearest
    lines first. Units that can be placed together are those of a matroid: taking the dearest first gives the dearest
    sets. Units are moved in whole lots, so the work does not grow with their number.
    """
    filling = _Filling(fits, [units * sets for units in slots], [{} for _slot in slots])
    taken: dict[str, int] = {}
    for line, units in free.items():
        left = units
        while left and (placed := filling.push(line, left, set())):
            left -= placed
        taken[line] = units - left
    return None if any(filling.room) else taken
