"""Give the uses of an order's codes and offers back: a code was removed, or the whole order canceled."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem
from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.offer_counters import is_order_number
from servicecore.pricing.redemptions.redemption import NOT_RESERVED, CountedUse, Redemption, RedemptionStatus


@frozen(field_transformer=checked_fields)
class GiveBackCoupons(Command):
    """Roll consumed uses back; the engine does it with the order, people where a use shall not count after all.

    Attributes:
        redemption: its id, which is the quote's.
        codes: normalised; empty for all uses, those of offers without a code too, and the number of the order.

    """

    name: ClassVar[str] = "pricing.give_back_coupons"
    target: ClassVar[str] = "redemption"

    redemption: str
    codes: tuple[str, ...] = ()


@frozen
class CouponsGivenBack(CountingEvent):
    """Consumed uses are back."""

    type_name: ClassVar[str] = "pricing.coupons_given_back"

    uses: tuple[CountedUse, ...]
    at: datetime

    @property
    def returned(self) -> tuple[CountedUse, ...]:
        """Return the uses that are back."""
        return self.uses

    def apply(self, state: Redemption) -> Redemption:
        """Return the redemption without them; given back where nothing is left."""
        left = tuple(each for each in state.uses if each not in self.uses)
        if not left:
            return state.ended(RedemptionStatus.GIVEN_BACK, self.at)
        return evolve(state, uses=left, at=self.at)


def guard(state: Redemption, facts: Facts) -> tuple[Problem, ...]:
    """Return that nothing is consumed, where that is so (``coupon.not_reserved``).

    The engine, which gives back with an order what there is, is not refused: an order whose code was taken off before,
    or whose use somebody gave back by hand, can still be canceled.
    """
    if state.status is RedemptionStatus.CONSUMED or "system" in facts.actor.roles:
        return ()
    return (NOT_RESERVED.at("redemption", value=state.status.value, accepted=RedemptionStatus.CONSUMED.value),)


def decide(state: Redemption, command: GiveBackCoupons, facts: Facts) -> Decision[Redemption]:
    """Give back what its coupon or offer lets go; one that keeps its uses (``given_back`` is off) keeps them."""
    if state.status is not RedemptionStatus.CONSUMED:
        return ()
    wanted = set(command.codes)
    back = (each for each in state.uses if each.given_back)
    # The number of an order is its own until all of it is canceled, whichever code took it first.
    uses = tuple(each for each in back if not wanted or (each.code in wanted and not is_order_number(each.counter)))
    return (CouponsGivenBack(uses, facts.now),) if uses else ()


GIVE_BACK_COUPONS: Final = Operation(
    command=GiveBackCoupons,
    decide=decide,
    guard=guard,
    events=(CouponsGivenBack,),
    capabilities=("A12", "E12"),
)
