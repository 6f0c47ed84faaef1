"""Follow an order: uses of which it has nothing any more go back to their limits, and come again with a price."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.offer_counters import is_order_number
from servicecore.pricing.redemptions.redemption import CountedUse, Redemption, RedemptionStatus


@frozen(field_transformer=checked_fields)
class FollowOrder(Command):
    """Let the uses of an order be those of the codes and offers that something of it still has.

    Attributes:
        redemption: its id, which is the quote's.
        codes: that the order has, normalised.
        offers: that the order has without a code, ids.

    """

    name: ClassVar[str] = "pricing.follow_order"
    target: ClassVar[str] = "redemption"

    redemption: str
    codes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def has(self, use: CountedUse) -> bool:
        """Return whether the order has what ``use`` is for; the number of an order is its own until it is canceled."""
        if is_order_number(use.counter):
            return True
        return use.code in self.codes if use.code else use.offer in self.offers


@frozen
class OrderFollowed(CountingEvent):
    """Uses went back because nothing of the order has them, or came again because a price was restored.

    Attributes:
        back: uses that are back with their limits.
        again: uses that the order has again, under the limits that it was placed with.
        at: aware UTC.

    """

    type_name: ClassVar[str] = "pricing.order_followed"

    back: tuple[CountedUse, ...]
    again: tuple[CountedUse, ...]
    at: datetime

    @property
    def taken(self) -> tuple[CountedUse, ...]:
        """Return the uses that the order has again."""
        return self.again

    @property
    def returned(self) -> tuple[CountedUse, ...]:
        """Return the uses that are back."""
        return self.back

    def apply(self, state: Redemption) -> Redemption:
        """Return the redemption with what the order has; given back where that is nothing."""
        uses = (*(each for each in state.uses if each not in self.back), *self.again)
        status = RedemptionStatus.CONSUMED if uses else RedemptionStatus.GIVEN_BACK
        let_go = (*(each for each in state.let_go if each not in self.again), *self.back)
        return evolve(state, uses=uses, let_go=let_go, status=status, at=self.at)


def decide(state: Redemption, command: FollowOrder, facts: Facts) -> Decision[Redemption]:
    """Give back what its coupon or offer lets go; what somebody gave back by hand stays back."""
    back = tuple(each for each in state.uses if each.given_back and not command.has(each))
    again = tuple(each for each in state.let_go if command.has(each))
    if state.status not in {RedemptionStatus.CONSUMED, RedemptionStatus.GIVEN_BACK} or not (back or again):
        return ()
    return (OrderFollowed(back, again, facts.now),)


FOLLOW_ORDER: Final = Operation(
    command=FollowOrder,
    decide=decide,
    events=(OrderFollowed,),
    capabilities=("A12", "E12"),
    automatic=True,
)
