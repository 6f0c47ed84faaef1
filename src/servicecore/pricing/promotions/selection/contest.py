"""The contest: what a plugin's selection looks at, and its answer."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import Basket
from servicecore.pricing.promotions.bench import NOTHING, Share
from servicecore.pricing.promotions.offer import Offer


@frozen
class Bid:
    """What one offer would take off now, or took off.

    Attributes:
        offer: the offer.
        shares: what comes off, line by line.

    """

    offer: Offer
    shares: tuple[Share, ...]

    @property
    def amount(self) -> Decimal:
        """Return what comes off all lines together, in the basket's currency; exact."""
        total = NOTHING
        for each in self.shares:
            total = EXACT.add(total, each.amount)
        return total

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the ids of the lines, each once, in their order."""
        return tuple(dict.fromkeys(each.line for each in self.shares))


@frozen
class Contest:
    """The offers of one lane that compete, those on lines or those on the order.

    Attributes:
        basket: what is bought, at the prices before offers.
        lane: the lane; ``default`` where the book names none.
        on_order: whether they are offers on the order.
        bids: the offers that can be applied now, in the order in which the book would apply them; each gives something.
        applied: what was applied to the basket so far, in order, that of other lanes and of offers on lines included.

    """

    basket: Basket
    lane: str
    on_order: bool
    bids: tuple[Bid, ...]
    applied: tuple[Bid, ...]


@frozen
class Pick:
    """The offer that is applied next.

    Attributes:
        offer: the id of one of the bids.
        lines: the only lines of its bid that it may touch; None is all.
        beats: ids of other bids that stand back for it, on these lines where some are named, otherwise altogether.

    """

    offer: str
    lines: tuple[str, ...] | None = None
    beats: tuple[str, ...] = ()
