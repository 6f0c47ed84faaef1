"""The settings of a deal programme: every rule on which good systems differ, named, with the house's choice."""

from __future__ import annotations

from enum import Enum

from attrs import frozen

from servicecore.kernel.allocation import Remainder
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode


class DealOrder(Enum):
    """In which order deals are applied.

    - ``PRIORITY``: the higher priority first, then as they stand in the programme.
    - ``AS_GIVEN``: as they stand in the programme.
    - ``BUY_GET_FIRST``: deals that give units for units bought first, then as they stand.
    """

    PRIORITY = "priority"
    AS_GIVEN = "as_given"
    BUY_GET_FIRST = "buy_get_first"


class DealSelection(Enum):
    """Which of the deals that could be applied are.

    - ``ALL``: all, one after the other.
    - ``FIRST_EXCLUSIVE_ELSE_ALL``: where one of them is exclusive in the cart and gives something, the exclusive one
      of the highest priority alone, however high the priority of ordinary ones.
    - ``BEST_SINGLE``: lane after lane, for each line the one deal that takes most off it.
    - ``CONCURRENCY``: for each line the best exclusive deal; without one the better of the best ``BEST_PRICE``
      deal and all ``COMPOUND`` ones together.
    """

    ALL = "all"
    FIRST_EXCLUSIVE_ELSE_ALL = "first_exclusive_else_all"
    BEST_SINGLE = "best_single"
    CONCURRENCY = "concurrency"


class DealBase(Enum):
    """What percentages are taken of.

    - ``REMAINING``: what the deals before left.
    - ``ORIGINAL``: the unit price before all deals.
    - ``ITEMS_ORIGINAL``: item benefits of the unit price, order benefits of what is left.
    """

    REMAINING = "remaining"
    ORIGINAL = "original"
    ITEMS_ORIGINAL = "items_original"


class UnitUse(Enum):
    """Whether a unit that a deal used may be used again.

    - ``FREE``: every deal looks at all units.
    - ``SPENT``: a deal spends the units it uses; beside an exclusive deal nobody else may use them either.
    """

    FREE = "free"
    SPENT = "spent"


class UnitPick(Enum):
    """Which units a benefit takes first: as they lie in the basket, the cheapest, the priciest, the dearest lines'."""

    BASKET = "basket"
    CHEAPEST = "cheapest"
    PRICIEST = "priciest"
    DEAREST_LINE = "dearest_line"


class RoundingLevel(Enum):
    """Where a discount on items is rounded: for one unit, then times the quantity, or once for the line."""

    UNIT = "unit"
    LINE = "line"


class Rounded(Enum):
    """Which figure is rounded: the discount, or the price that it leaves."""

    DISCOUNT = "discount"
    PRICE = "price"


class ValueSeen(Enum):
    """Which value conditions test where they do not say it themselves: what is left, or before all deals."""

    REMAINING = "remaining"
    ORIGINAL = "original"


class SplitBy(Enum):
    """In proportion to what an amount is split over lines: their value, or their value with tax."""

    VALUE = "value"
    VALUE_WITH_TAX = "value_with_tax"


class Tie(Enum):
    """Which of equal deals or lines comes first."""

    FIRST = "first"
    LAST = "last"


class BudgetCheck(Enum):
    """How a budget is asked inside one basket.

    - ``RUNNING``: the deal's whole amount, and what it gave in this basket before, has to fit.
    - ``EACH_SHARE``: every line's share for itself; shares that fit are given.
    """

    RUNNING = "running"
    EACH_SHARE = "each_share"


class CodeMatch(Enum):
    """How typed codes are compared: without blanks and case, or to the letter."""

    ANY_CASE = "any_case"
    EXACT = "exact"


@frozen
class Combination:
    """How the deals of a programme stand beside each other; the defaults are the house's.

    Attributes:
        order: of application.
        selection: which are applied.
        lanes: names of lanes in order; each sees what the ones before left; the lane of a deal that names none is
            ``default``.
        base: of percentages.
        unit_use: whether units are spent.
        unit_pick: which units a benefit takes first.
        repeat: whether a deal is applied again while its conditions hold.
        heed_lowest_price: whether no deal goes below a line's lowest unit price; never below 0 in any case.
        rounding: of every figure; None keeps 20 decimals.
        percent_rounding: of percentages on items, where it differs from ``rounding``; None keeps them exact.
        level: where discounts on items are rounded.
        rounded: which figure is.
        application_rounding: of the figure that budgets and reports count for a deal; None takes the exact sum.
        remainder: who gets what a split leaves over.
        share_mode: how a split rounds the shares before the last, under ``Remainder.LAST_LINE``.
        split_by: in proportion to what.
        conditions_see: which value conditions test.
        tie: which of equal deals wins under ``BEST_SINGLE``, and which of lines of equal value comes first.
        budget_check: how budgets are asked.
        code_match: how codes are compared.

    """

    order: DealOrder = DealOrder.PRIORITY
    selection: DealSelection = DealSelection.ALL
    lanes: tuple[str, ...] = ()
    base: DealBase = DealBase.REMAINING
    unit_use: UnitUse = UnitUse.FREE
    unit_pick: UnitPick = UnitPick.CHEAPEST
    repeat: bool = False
    heed_lowest_price: bool = True
    rounding: Rounding | None = HALF_UP
    percent_rounding: Rounding | None = HALF_UP
    level: RoundingLevel = RoundingLevel.LINE
    rounded: Rounded = Rounded.DISCOUNT
    application_rounding: Rounding | None = None
    remainder: Remainder = Remainder.LARGEST
    share_mode: RoundingMode = RoundingMode.HALF_UP
    split_by: SplitBy = SplitBy.VALUE
    conditions_see: ValueSeen = ValueSeen.REMAINING
    tie: Tie = Tie.FIRST
    budget_check: BudgetCheck = BudgetCheck.RUNNING
    code_match: CodeMatch = CodeMatch.ANY_CASE
