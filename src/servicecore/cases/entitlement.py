"""Entitlements: how many cases or minutes a customer may still use, as a ledger of what was taken and given back."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from attrs import evolve, field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

ENTITLEMENT_EXHAUSTED: Final = ProblemKind(
    "cases.entitlement_exhausted",
    en="the entitlement has {value} left; accepted: {accepted}",
    it="il diritto ha ancora {value}; valori ammessi: {accepted}",
    de="vom Anspruch sind {value} übrig; zulässig: {accepted}",
)
CHANNEL_EXHAUSTED: Final = ProblemKind(
    "cases.channel_exhausted",
    en="the entitlement has {value} left for {channel}; accepted: {accepted}",
    it="il diritto ha ancora {value} per {channel}; valori ammessi: {accepted}",
    de="vom Anspruch sind für {channel} noch {value} übrig; zulässig: {accepted}",
)
CHANNEL_NOT_ENTITLED: Final = ProblemKind(
    "cases.channel_not_entitled",
    en="the entitlement does not cover the channel {value}; accepted: {accepted}",
    it="il diritto non copre il canale {value}; valori ammessi: {accepted}",
    de="der Anspruch deckt den Kanal {value} nicht; zulässig: {accepted}",
)
NOT_RENEWABLE: Final = ProblemKind(
    "cases.entitlement_not_renewable",
    en="the entitlement is {value} and cannot be renewed; accepted: {accepted}",
    it="il diritto è {value} e non può essere rinnovato; valori ammessi: {accepted}",
    de="der Anspruch ist {value} und kann nicht erneuert werden; zulässig: {accepted}",
)


_DETACH: Final = "detach"
_COVERING: Final = ("create", "attach", "reactivate")


class EntitlementUnit(Enum):
    """What is counted: cases, or billable minutes."""

    CASES = "cases"
    MINUTES = "minutes"


class DecreaseOn(Enum):
    """When a case is taken: as it is opened, or as it is resolved; minutes are known, and taken, at the resolution."""

    CREATION = "creation"
    RESOLUTION = "resolution"


class EntitlementStatus(Enum):
    """How an entitlement stands; ``waiting``, ``active`` and ``expired`` follow from its dates."""

    DRAFT = "draft"
    WAITING = "waiting"
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@frozen
class ChannelTerm:
    """How much of an entitlement may come through one channel."""

    channel: str
    total: int


@frozen
class EntitlementEntry:
    """One movement: negative takes, positive gives back.

    Attributes:
        case: whose.
        delta: cases or minutes; 0 where the case is covered and takes nothing.
        channel: through which it came; empty where channels are not counted.
        reason: ``create``, ``resolve``, ``cancel``, ``reactivate``, ``merge``, ``attach``, ``detach``.
        free: whether the case takes nothing whatever happens to it.

    """

    case: str
    delta: int
    channel: str
    reason: str
    free: bool = False


@frozen
class Entitlement:
    """What a customer may use in a period (SD 1.8, C04, C05).

    Attributes:
        id: of the entitlement.
        customer: whom it serves.
        start: first day, and ``end`` the last one, both inclusive.
        unit: cases or minutes.
        total: how many.
        decrease_on: at the creation or at the resolution of a case.
        restrict: whether nothing more is opened when nothing is left; otherwise the rest may go below 0.
        channels: part of the total for each channel; none leaves all channels open and uncounted.
        activated: whether it left the draft.
        cancelled: whether it was given up.
        ledger: all movements; what is left is the total and their sum, never a number of its own.

    """

    id: str
    customer: str
    start: date
    end: date
    total: int = field()
    unit: EntitlementUnit = EntitlementUnit.CASES
    decrease_on: DecreaseOn = DecreaseOn.CREATION
    restrict: bool = True
    channels: tuple[ChannelTerm, ...] = ()
    activated: bool = False
    cancelled: bool = False
    ledger: tuple[EntitlementEntry, ...] = ()

    @total.validator
    def _check_total(self, _attribute: object, value: int) -> None:
        if value < 0:
            raise NOT_ACCEPTED.error("total", value=value, accepted="0 or more")

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise NOT_ACCEPTED.error("end", value=self.end, accepted=f"{self.start} or later")

    @property
    def remaining(self) -> int:
        """Return what is left, in the unit; below 0 where it was overdrawn."""
        return self.total + sum(entry.delta for entry in self.ledger)

    def channel_remaining(self, channel: str) -> int:
        """Return what is left for ``channel``; 0 for one that is not covered."""
        total = sum(term.total for term in self.channels if term.channel == channel)
        return total + sum(entry.delta for entry in self.ledger if entry.channel == channel)

    def held_by(self, case: str) -> int:
        """Return what ``case`` has taken and not given back."""
        return -sum(entry.delta for entry in self.ledger if entry.case == case)

    def status(self, on: date) -> EntitlementStatus:
        """Return how it stands on a day; its last day is still active."""
        if self.cancelled:
            return EntitlementStatus.CANCELLED
        if not self.activated:
            return EntitlementStatus.DRAFT
        if on < self.start:
            return EntitlementStatus.WAITING
        return EntitlementStatus.ACTIVE if on <= self.end else EntitlementStatus.EXPIRED


def cover_case(
    entitlement: Entitlement, case: str, *, channel: str = "", free: bool = False, reason: str = "create"
) -> Entitlement | Problem:
    """Return the entitlement with ``case`` under it, or why it cannot be (SD 3.2).

    A case that is ``free`` takes nothing and is not refused for what is left. Problems:
    ``cases.channel_not_entitled``, ``cases.entitlement_exhausted``, ``cases.channel_exhausted``.
    """
    if not free:
        problem = _refused(entitlement, channel)
        if problem is not None:
            return problem
    counted = channel if entitlement.channels else ""
    takes = _takes_at_creation(entitlement) and not free and entitlement.held_by(case) == 0
    return _moved(entitlement, EntitlementEntry(case, -1 if takes else 0, counted, reason, free))


def case_resolved(entitlement: Entitlement, case: str, *, billable_minutes: int = 0) -> Entitlement:
    """Return the entitlement after ``case`` was resolved; the work is done, so nothing refuses it (SD 3.2)."""
    last = _last(entitlement, case)
    if last is None or last.free or _takes_at_creation(entitlement):
        return entitlement
    amount = 1 if entitlement.unit is EntitlementUnit.CASES else max(billable_minutes, 0)
    return _moved(entitlement, EntitlementEntry(case, -amount, last.channel, "resolve"))


def case_released(entitlement: Entitlement, case: str, reason: str) -> Entitlement:
    """Return the entitlement after ``case`` was cancelled, merged or detached: what it holds comes back.

    A case that was detached is not under the entitlement any more.
    """
    last, held = _last(entitlement, case), entitlement.held_by(case)
    if last is None or (held == 0 and reason != _DETACH):
        return entitlement
    return _moved(entitlement, EntitlementEntry(case, held, last.channel, reason))


def case_reactivated(entitlement: Entitlement, case: str) -> Entitlement | Problem:
    """Return the entitlement after ``case`` came back: a resolution is undone, a cancelled case taken again.

    Problems: as ``cover_case`` for a case that has to be taken again.
    """
    last = _last(entitlement, case)
    if last is None or last.free:
        return entitlement
    if not _takes_at_creation(entitlement):
        return case_released(entitlement, case, "reactivate")
    if entitlement.held_by(case):
        return entitlement
    return cover_case(entitlement, case, channel=last.channel, reason="reactivate")


def renew_entitlement(entitlement: Entitlement, on: date, new_id: str) -> Entitlement | Problem:
    """Return a new draft that begins ``on`` and is as long as the old one (SD 2); the old one stays as it is.

    Problems: ``cases.entitlement_not_renewable`` unless it is expired or cancelled.
    """
    status = entitlement.status(on)
    if status not in (EntitlementStatus.EXPIRED, EntitlementStatus.CANCELLED):
        return NOT_RENEWABLE.at("entitlement", value=status.value, accepted="an expired or cancelled entitlement")
    end = on + (entitlement.end - entitlement.start)
    return evolve(entitlement, id=new_id, start=on, end=end, activated=False, cancelled=False, ledger=())


def _takes_at_creation(entitlement: Entitlement) -> bool:
    return entitlement.decrease_on is DecreaseOn.CREATION and entitlement.unit is EntitlementUnit.CASES


def _refused(entitlement: Entitlement, channel: str) -> Problem | None:
    names = [term.channel for term in entitlement.channels]
    if names and channel not in names:
        return CHANNEL_NOT_ENTITLED.at("channel", value=repr(channel), accepted=", ".join(names))
    if not entitlement.restrict:
        return None
    if entitlement.remaining <= 0:
        return ENTITLEMENT_EXHAUSTED.at(
            "entitlement", value=entitlement.remaining, accepted="an entitlement with something left"
        )
    left = entitlement.channel_remaining(channel)
    if names and left <= 0:
        open_channels = [name for name in names if entitlement.channel_remaining(name) > 0]
        accepted = ", ".join(open_channels) or "an entitlement with something left"
        return CHANNEL_EXHAUSTED.at("channel", value=left, channel=channel, accepted=accepted)
    return None


def _last(entitlement: Entitlement, case: str) -> EntitlementEntry | None:
    """Return the entry that brought ``case`` under the entitlement last; None where it is not under it."""
    for entry in reversed(entitlement.ledger):
        if entry.case == case and entry.reason == _DETACH:
            return None
        if entry.case == case and entry.reason in _COVERING:
            return entry
    return None


def _moved(entitlement: Entitlement, entry: EntitlementEntry) -> Entitlement:
    return evolve(entitlement, ledger=(*entitlement.ledger, entry))
