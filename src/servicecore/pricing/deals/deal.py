"""Deals: promotions that count units, sets and tiers, of goods and of shipping, with limits and budgets."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.benefits import AnyDealBenefit
from servicecore.pricing.deals.codes import DealCode
from servicecore.pricing.deals.conditions import AnyDealCondition
from servicecore.pricing.deals.limits import DealLimits
from servicecore.pricing.validity import check_order, civil_date, first_day, in_words, last_day

NOT_STARTED: Final = ProblemKind(
    "deal.not_started",
    en="the day is {value}; accepted: {accepted}",
    it="il giorno è {value}; valori ammessi: {accepted}",
    de="der Tag ist {value}; zulässig: {accepted}",
)
EXPIRED: Final = ProblemKind(
    "deal.expired",
    en="the deal ended before {value}; accepted: {accepted}",
    it="la promozione è terminata prima del {value}; valori ammessi: {accepted}",
    de="die Aktion endete vor dem {value}; zulässig: {accepted}",
)


class DealTrigger(Enum):
    """What releases a deal: every basket, a code, or whoever applies it by name (then conditions may be skipped)."""

    AUTOMATIC = "automatic"
    CODE = "code"
    DIRECT = "direct"


class DealExclusivity(Enum):
    """What a deal tolerates beside itself: all, nothing on its units, nothing on its lines, nothing in the basket."""

    NO = "no"
    UNIT = "unit"
    LINE = "line"
    CART = "cart"


class Stacking(Enum):
    """How a deal competes under ``DealSelection.CONCURRENCY``."""

    COMPOUND = "compound"
    BEST_PRICE = "best_price"
    EXCLUSIVE = "exclusive"


@frozen
class Deal:
    """One deal.

    Attributes:
        id: named in results.
        benefits: what it gives, one after the other.
        name: for people.
        trigger: what releases it.
        codes: the codes that do, for ``CODE``.
        conditions: all have to hold.
        priority: a higher one comes first.
        lane: the lane that it stands in; empty is ``default``.
        exclusive: what it tolerates.
        combinable_with: ids of the only deals that may share a line with it; empty is all.
        stacking: how it competes.
        applies_to_discounted: whether it may touch lines that a catalogue promotion lowered.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        limits: how often, and for how much.
        skip_conditions: whether it is applied once without looking at conditions.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    benefits: tuple[AnyDealBenefit, ...] = ()
    name: str = ""
    trigger: DealTrigger = DealTrigger.AUTOMATIC
    codes: tuple[DealCode, ...] = ()
    conditions: tuple[AnyDealCondition, ...] = ()
    priority: int = 0
    lane: str = ""
    exclusive: DealExclusivity = DealExclusivity.NO
    combinable_with: tuple[str, ...] = ()
    stacking: Stacking = Stacking.COMPOUND
    applies_to_discounted: bool = True
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    limits: DealLimits = DealLimits()  # noqa: RUF009 - a frozen value
    skip_conditions: bool = False

    def __attrs_post_init__(self) -> None:
        check_order(self.valid_from, self.valid_until)

    @property
    def exclusive_on_lines(self) -> bool:
        """Return whether others may not use its units."""
        return self.exclusive is not DealExclusivity.NO

    def stands_beside(self, other: Deal) -> bool:
        """Return whether it may share a line with ``other``, as the lists of both say."""
        if not self.combinable_with and not other.combinable_with:
            return True
        return other.id in self.combinable_with or self.id in other.combinable_with

    def is_valid_on(self, day: int) -> bool:
        """Return whether ``day``, as a number of days, lies in the validity, both ends included."""
        return first_day(self.valid_from) <= day <= last_day(self.valid_until)

    def outside_dates(self, day: int) -> Problem | None:
        """Return ``deal.not_started`` or ``deal.expired``, or None."""
        if self.is_valid_on(day):
            return None
        kind = NOT_STARTED if day < first_day(self.valid_from) else EXPIRED
        accepted = in_words(self.valid_from, self.valid_until)
        return kind.at("at", value=date.fromordinal(day), accepted=accepted)

    def conditions_allow(self, line: BasketLine) -> bool:
        """Return whether its conditions let its benefits touch ``line``."""
        return all(condition.allows(line) for condition in self.conditions)

    def problem(self, view: View) -> Problem | None:
        """Return the problem of the first condition that does not hold, or None."""
        found = (condition.problem(view) for condition in self.conditions)
        return next((problem for problem in found if problem is not None), None)
