"""How offers stand beside each other: every rule on which good systems differ, with the house's choice."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from attrs import evolve, frozen

from servicecore.kernel.allocation import Remainder
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.pricing.best_price import NODES
from servicecore.pricing.promotions.offer_groups import OfferGroup
from servicecore.pricing.promotions.plugin_selection import PluginSelection


class OfferOrder(Enum):
    """In which order offers are applied.

    - ``STAGES``: offers on lines, then offers on the order, on what those left. In each stage the higher priority
      first, then what is exclusive in the cart, then prices and free units, amounts, percentages, then by id.
      Conditions of a stage are all tested before its first offer is applied.
    - ``PRIORITY``: the higher priority first, then as they stand in the book.
    - ``AS_GIVEN``: as they stand in the book.
    - ``BUY_GET_FIRST``: offers that give units for units bought first, then as they stand.

    In all but ``STAGES`` an offer's conditions are tested on what the offers before it left.
    """

    STAGES = "stages"
    PRIORITY = "priority"
    AS_GIVEN = "as_given"
    BUY_GET_FIRST = "buy_get_first"


class Selection(Enum):
    """Which of the offers that could be applied are.

    - ``ALL``: all, one after the other. One that is exclusive in the cart is applied alone where it comes first, and
      stands back otherwise.
    - ``FIRST_EXCLUSIVE_ELSE_ALL``: where one of them is exclusive in the cart and gives something, the exclusive one
      of the highest priority alone, however high the priority of ordinary ones.
    - ``BEST_SINGLE``: lane after lane, for each line the one offer that takes most off it; of offers on the order,
      in ``STAGES``, the one that takes most off all lines together.
    - ``CONCURRENCY``: stage after stage and priority after priority, for each line the best exclusive offer; without
      one the better of the best ``BEST_PRICE`` offer and all ``COMPOUND`` ones together. What a lower priority may
      still give is said by `ConcurrencyControl`.
    - ``BEST_SIDE``: either the offers on lines or those on the order, whichever take more off all goods together, each
      as under ``ALL``; of equal ones those on lines. Items put in, and shipping alone, belong to neither. An offer on
      goods and shipping together, computed with the charges, stands back where the other side lowered the goods.
    - ``OPTIMAL``: lane after lane, the combination that takes most off all goods together, each unit being used by
      one offer only, with a certificate that nothing takes off more (F01).
    """

    ALL = "all"
    FIRST_EXCLUSIVE_ELSE_ALL = "first_exclusive_else_all"
    BEST_SINGLE = "best_single"
    CONCURRENCY = "concurrency"
    BEST_SIDE = "best_side"
    OPTIMAL = "optimal"


class ConcurrencyControl(Enum):
    """How the priorities of offers go together under ``Selection.CONCURRENCY`` (CC 7.3).

    An exclusive offer takes only lines that nothing lowered, and leaves them to nothing else.

    - ``WITHIN_PRIORITY``: offers compound within a priority and never across. Of the offers on lines only the highest
      priority that lowers a line counts, of those on the order again. One on the order touches lines that nothing
      lowered; a compound one those too which compound offers alone lowered.
    - ``ACROSS_PRIORITIES``: of each priority one offer a line, be it ``BEST_PRICE`` or ``COMPOUND``, on the order or
      not; what lower priorities take off is taken of what the higher ones left.
    """

    WITHIN_PRIORITY = "within_priority"
    ACROSS_PRIORITIES = "across_priorities"


AnySelection: TypeAlias = Selection | PluginSelection
"""Every selection that can stand in a file; `PluginSelection` stands for those that plugins add."""


class PercentBase(Enum):
    """What percentages are taken of.

    - ``REMAINING``: what the offers before left.
    - ``ORIGINAL``: the unit price before all offers.
    - ``ITEMS_ORIGINAL``: item benefits of the unit price, order benefits of what is left.
    """

    REMAINING = "remaining"
    ORIGINAL = "original"
    ITEMS_ORIGINAL = "items_original"


class Lowered(Enum):
    """Which lines are closed to an offer that does not apply to discounted ones: lowered by offers, or before them."""

    OFFERS = "offers"
    CATALOGUE = "catalogue"


class UnitUse(Enum):
    """Whether a unit that an offer used may be used again.

    - ``FREE``: every offer looks at all units.
    - ``SPENT``: an offer spends the units it uses, so that it never uses them twice.
    """

    FREE = "free"
    SPENT = "spent"


class UnitPick(Enum):
    """Which units a benefit takes first: as they lie in the basket, the cheapest, the priciest, the dearest lines'."""

    BASKET = "basket"
    CHEAPEST = "cheapest"
    PRICIEST = "priciest"
    DEAREST_LINE = "dearest_line"


class CappedBase(Enum):
    """What lowers the units that a cap leaves to a percentage or an amount, where their line was lowered before.

    - ``UNITS``: what came off these units; each unit remembers.
    - ``LINE``: all that came off their line.
    """

    UNITS = "units"
    LINE = "line"


class RoundingLevel(Enum):
    """Where a discount on items is rounded: for one unit, then times the quantity, or once for the line."""

    UNIT = "unit"
    LINE = "line"


class Rounded(Enum):
    """Which figure is rounded: the discount, or the price that it leaves."""

    DISCOUNT = "discount"
    PRICE = "price"


class ValueSeen(Enum):
    """Which value conditions test where they do not say it themselves: what is left, or before all offers."""

    REMAINING = "remaining"
    ORIGINAL = "original"


class SplitBy(Enum):
    """In proportion to what an amount is split over lines: their value, or their value with tax."""

    VALUE = "value"
    VALUE_WITH_TAX = "value_with_tax"


class Tie(Enum):
    """Which of equal offers or lines comes first."""

    FIRST = "first"
    LAST = "last"


class BudgetCheck(Enum):
    """How a budget is asked inside one basket.

    - ``RUNNING``: the offer's whole amount, and what it gave in this basket before, has to fit.
    - ``EACH_SHARE``: every line's share for itself; shares that fit are given.
    """

    RUNNING = "running"
    EACH_SHARE = "each_share"


class CodeMatch(Enum):
    """How typed codes are compared: without blanks and case, or to the letter."""

    ANY_CASE = "any_case"
    EXACT = "exact"


@frozen(field_transformer=checked_fields)
class Combination:
    """How the offers of a book stand beside each other; the defaults are the house's.

    Attributes:
        selection: which are applied; a built-in one by its word, or a plugin's.
        order: of application; ``CONCURRENCY`` always goes by stages.
        lanes: names of lanes in order; each sees what the ones before left; the lane of an offer that names none is
            ``default``. ``BEST_SINGLE``, ``OPTIMAL`` and selections of plugins ask for them.
        base: of percentages.
        capped_base: what lowers the units that a cap leaves to a percentage of what is left, or to an amount.
        discounted: which lines are closed to offers that do not apply to discounted ones.
        unit_use: whether units are spent.
        unit_pick: which units a benefit takes first.
        repeat: whether an offer is applied again while its conditions hold.
        heed_lowest_price: whether no offer goes below a line's lowest unit price; never below 0 in any case.
        rounding: of amounts computed on several lines or units; None takes that of the book's lines. In a basket
            without a book it keeps 20 decimals, but for shares of a split, which are whole minor units unless
            ``remainder`` is ``EXACT``.
        percent_rounding: of percentages on items; None keeps them exact, and only the line's net is rounded.
        level: where discounts on items are rounded.
        rounded: which figure is.
        application_rounding: of the figure that budgets and reports count for an offer; None takes the exact sum.
        remainder: who gets what a split leaves over.
        share_mode: how a split rounds the shares before the last, under ``Remainder.LAST_LINE``.
        split_by: in proportion to what.
        conditions_see: which value conditions test.
        tie: which of equal offers wins under ``BEST_SINGLE``, and which of lines of equal value comes first.
        budget_check: how budgets are asked.
        code_match: how codes are compared.
        work_budget: choices that ``OPTIMAL`` may look at, 1 or more; beyond it the certificate states a gap.
        groups: groups of offers of which a cart gets one.
        concurrency: how priorities go together under ``CONCURRENCY``.

    Raises:
        InvalidValue: ``value.not_accepted`` for another budget, and for percentages of the price before all offers
            under ``OPTIMAL``, whose lanes see what the ones before left.

    """

    selection: AnySelection = Selection.ALL
    order: OfferOrder = OfferOrder.STAGES
    lanes: tuple[str, ...] = ()
    base: PercentBase = PercentBase.REMAINING
    capped_base: CappedBase = CappedBase.UNITS
    discounted: Lowered = Lowered.OFFERS
    unit_use: UnitUse = UnitUse.FREE
    unit_pick: UnitPick = UnitPick.CHEAPEST
    repeat: bool = False
    heed_lowest_price: bool = True
    rounding: Rounding | None = None
    percent_rounding: Rounding | None = None
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
    work_budget: int = NODES
    groups: tuple[OfferGroup, ...] = ()
    concurrency: ConcurrencyControl = ConcurrencyControl.WITHIN_PRIORITY

    def __attrs_post_init__(self) -> None:
        if self.work_budget < 1:
            raise NOT_ACCEPTED.error("work_budget", value=self.work_budget, accepted="1 or more")
        if self.selection is Selection.OPTIMAL and self.base is not PercentBase.REMAINING:
            accepted = "remaining, where the selection is optimal"
            raise NOT_ACCEPTED.error("base", value=self.base.value, accepted=accepted)

    @property
    def plain(self) -> bool:
        """Return whether it is the house's, or its ``BEST_SINGLE``: then plain offers need no count of units."""
        if self.selection not in {Selection.ALL, Selection.BEST_SINGLE}:
            return False
        return evolve(self, selection=Selection.ALL, code_match=CodeMatch.ANY_CASE) == HOUSE


HOUSE: Final = Combination()
"""How offers stand beside each other where a book says nothing."""
