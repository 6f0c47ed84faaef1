"""Events that change counters: what they take and what they give back, in the transaction that writes them."""

from __future__ import annotations

from attrs import frozen

from servicecore.kernel.events import CreatingEvent, Event
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption


@frozen
class CountingEvent(Event[Redemption]):
    """An event of a redemption that says what it takes from limits or gives back."""

    @property
    def taken(self) -> tuple[CountedUse, ...]:
        """Return the uses that it takes."""
        return ()

    @property
    def returned(self) -> tuple[CountedUse, ...]:
        """Return the uses that it gives back."""
        return ()


@frozen
class TakingEvent(CreatingEvent[Redemption], CountingEvent):
    """The first event of a redemption, which takes its uses."""
