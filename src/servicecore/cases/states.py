"""The states of a case and the category that every rule sees instead of their names."""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.problems import ProblemKind

UNKNOWN_STATE: Final = ProblemKind(
    "cases.unknown_state",
    en="{value} is not a state of a case; accepted: {accepted}",
    it="{value} non è uno stato di una richiesta; valori ammessi: {accepted}",
    de="{value} ist kein Zustand eines Vorgangs; zulässig: {accepted}",
)
REPEATED_STATE: Final = ProblemKind(
    "cases.repeated_state",
    en="the state {value} stands in more than one category; accepted: {accepted}",
    it="lo stato {value} compare in più di una categoria; valori ammessi: {accepted}",
    de="der Zustand {value} steht in mehr als einer Kategorie; zulässig: {accepted}",
)


class Category(Enum):
    """What a state means: work goes on, work waits, work is done, or the case is void."""

    RUNNING = "running"
    PAUSED = "paused"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


@frozen
class StateMap:
    """Which names of states belong to which category; names are free, the categories are not (SD 2).

    Raises:
        InvalidValue: ``cases.repeated_state`` for a name in two categories.

    """

    running: tuple[str, ...] = ("new", "open")
    paused: tuple[str, ...] = ("pending",)
    resolved: tuple[str, ...] = ("resolved", "closed")
    cancelled: tuple[str, ...] = field(default=("cancelled", "merged"))

    def __attrs_post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.names():
            if name in seen:
                raise REPEATED_STATE.error("states", value=name, accepted="each state in one category")
            seen.add(name)

    def names(self) -> tuple[str, ...]:
        """Return all names: running, paused, resolved, cancelled."""
        return (*self.running, *self.paused, *self.resolved, *self.cancelled)

    def named(self, category: Category) -> tuple[str, ...]:
        """Return the names of one category."""
        return {
            Category.RUNNING: self.running,
            Category.PAUSED: self.paused,
            Category.RESOLVED: self.resolved,
            Category.CANCELLED: self.cancelled,
        }[category]

    def knows(self, state: str) -> bool:
        """Return whether ``state`` is one of the names."""
        return state in self.names()

    def category(self, state: str) -> Category:
        """Return the category of ``state``.

        Raises:
            InvalidValue: ``cases.unknown_state``.

        """
        for category in Category:
            if state in self.named(category):
                return category
        raise UNKNOWN_STATE.error("state", value=repr(state), accepted=", ".join(self.names()))


STANDARD_STATES: Final = StateMap()
"""The states that an installation has unless it names its own."""
