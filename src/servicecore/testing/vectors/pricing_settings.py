"""The combination of offers that the semantics of a pricing vector mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from servicecore.kernel.allocation import Remainder
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode
from servicecore.pricing.promotions.combination import (
    BudgetCheck,
    CappedBase,
    CodeMatch,
    Combination,
    Lowered,
    OfferOrder,
    PercentBase,
    Rounded,
    RoundingLevel,
    Selection,
    SplitBy,
    Tie,
    UnitPick,
    UnitUse,
    ValueSeen,
)
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import NotSupported

_CENTS: Final = 2
_MODES: Final = MappingProxyType({each.value: each for each in RoundingMode})

_PROFILES: Final[Mapping[str, Combination]] = MappingProxyType(
    {
        "medusa2": Combination(
            order=OfferOrder.BUY_GET_FIRST,
            rounding=None,
            percent_rounding=None,
            remainder=Remainder.EXACT,
            unit_pick=UnitPick.BASKET,
            capped_base=CappedBase.LINE,
            budget_check=BudgetCheck.EACH_SHARE,
            heed_lowest_price=False,
        ),
        "oscar": Combination(
            order=OfferOrder.PRIORITY,
            base=PercentBase.ORIGINAL,
            unit_use=UnitUse.SPENT,
            repeat=True,
            remainder=Remainder.LAST_LINE,
            heed_lowest_price=False,
            conditions_see=ValueSeen.ORIGINAL,
        ),
        "sylius": Combination(
            order=OfferOrder.PRIORITY,
            selection=Selection.FIRST_EXCLUSIVE_ELSE_ALL,
            base=PercentBase.ITEMS_ORIGINAL,
            level=RoundingLevel.UNIT,
            remainder=Remainder.HALF_DOWN_FIRST,
            unit_pick=UnitPick.BASKET,
        ),
        "solidus_promotions": Combination(
            order=OfferOrder.AS_GIVEN,
            selection=Selection.BEST_SINGLE,
            lanes=("pre", "default", "post"),
            remainder=Remainder.FIRST_LINES,
            unit_pick=UnitPick.BASKET,
            tie=Tie.LAST,
        ),
        "saleor": Combination(order=OfferOrder.AS_GIVEN, remainder=Remainder.LAST_LINE, unit_pick=UnitPick.BASKET),
        "vendure": Combination(
            order=OfferOrder.AS_GIVEN,
            level=RoundingLevel.UNIT,
            rounded=Rounded.PRICE,
            unit_pick=UnitPick.BASKET,
            split_by=SplitBy.VALUE_WITH_TAX,
        ),
        "tryton": Combination(order=OfferOrder.AS_GIVEN),
        "d365": Combination(
            order=OfferOrder.AS_GIVEN,
            selection=Selection.CONCURRENCY,
            base=PercentBase.ORIGINAL,
        ),
    }
)
_ORDERS: Final = MappingProxyType(
    {
        "input": OfferOrder.AS_GIVEN,
        "priority_desc_then_input": OfferOrder.PRIORITY,
        "priority_desc_then_creation": OfferOrder.PRIORITY,
        "buy_get_first_then_input": OfferOrder.BUY_GET_FIRST,
        "lanes": OfferOrder.AS_GIVEN,
    }
)
_SELECTIONS: Final = MappingProxyType(
    {
        "all": Selection.ALL,
        "all_in_order_but_only_if_it_lowers_the_unit_price": Selection.ALL,
        "best_single_per_target": Selection.BEST_SINGLE,
        "best_single_per_target_within_lane": Selection.BEST_SINGLE,
        "first_applicable_exclusive_else_all": Selection.FIRST_EXCLUSIVE_ELSE_ALL,
        "concurrency_modes": Selection.CONCURRENCY,
        "optimal": Selection.OPTIMAL,
    }
)
_BASES: Final = MappingProxyType(
    {
        "original": PercentBase.ORIGINAL,
        "undiscounted_unit_price": PercentBase.ORIGINAL,
        "remaining": PercentBase.REMAINING,
        "remaining_after_prior": PercentBase.REMAINING,
        "after_earlier_lanes": PercentBase.REMAINING,
    }
)
_PICKS: Final = MappingProxyType(
    {
        "line_order": UnitPick.BASKET,
        "cheapest_first": UnitPick.CHEAPEST,
        "priciest_first": UnitPick.PRICIEST,
        "highest_line_value_first": UnitPick.DEAREST_LINE,
    }
)
REMAINDERS: Final = MappingProxyType(
    {
        "equal_parts_first_lines_take_remainder": Remainder.FIRST_LINES,
        "exact_fractions": Remainder.EXACT,
        "largest_remainder": Remainder.LARGEST,
        "largest_remainder_floor_first": Remainder.LARGEST,
        "last_line_takes_difference": Remainder.LAST_LINE,
        "proportional_half_down_then_first_lines": Remainder.HALF_DOWN_FIRST,
        "proportional_items_then_shipping_difference": Remainder.LAST_LINE,
        "proportional_with_floor_redistribution": Remainder.HALF_DOWN_FIRST,
    }
)
"""Who gets what a split leaves over, by the vectors' words."""
_REPEATS: Final = MappingProxyType({"once": False, "until_condition_unmet_or_limit": True})
_BUDGETS: Final = MappingProxyType(
    {"per_adjustment_independent": BudgetCheck.EACH_SHARE, "running": BudgetCheck.RUNNING}
)
_MATCHES: Final = MappingProxyType({"case_insensitive": CodeMatch.ANY_CASE, "case_sensitive": CodeMatch.EXACT})
_USES: Final = MappingProxyType({"none": UnitUse.FREE, "per_offer": UnitUse.SPENT})
_SEEN: Final = MappingProxyType(
    {
        "original": ValueSeen.ORIGINAL,
        "undiscounted": ValueSeen.ORIGINAL,
        "remaining": ValueSeen.REMAINING,
        "discounted": ValueSeen.REMAINING,
    }
)
_FLOORS: Final = MappingProxyType(
    {
        "zero": False,
        "none_across_offers": False,
        "minimum_price_per_unit": True,
        "minimum_price_per_unit_else_zero": True,
    }
)
_TIES: Final = MappingProxyType({"newest source wins": Tie.LAST, "equal line values: later line first": Tie.LAST})

_SWITCHES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "order": _ORDERS,
        "consumption": _USES,
        "conditions_see": _SEEN,
        "floor": _FLOORS,
        "selection": _SELECTIONS,
        "base": _BASES,
        "unit_pick": _PICKS,
        "remainder": REMAINDERS,
        "repeat": _REPEATS,
        "budget_check": _BUDGETS,
        "code_match": _MATCHES,
        "tie": _TIES,
    }
)
"""The keys of a semantics entry with what each of their words means."""
_FIELDS: Final = MappingProxyType({"consumption": "unit_use", "floor": "heed_lowest_price"})
"""The fields of a combination that have another name than the key."""
_FIXED: Final[Mapping[str, object]] = MappingProxyType(
    {"condition_spend_pick": "priciest_first", "retest_conditions_after_each": True}
)
"""The keys that have one value here, which all settings of vectors stand for."""
_LANES: Final = ("pre", "default", "post")


def settings_of(semantics: Mapping[str, Any]) -> Combination:
    """Return the settings that an entry of ``semantics`` means: those of its profile, and each switch that it names.

    A switch that is told in prose, or as a rule of several parts, is what its profile stands for.

    Raises:
        NotSupported: a profile, or a word of a switch, that nobody mapped yet.

    """
    profile = str(semantics.get("profile"))
    known = _PROFILES.get(profile)
    if known is None:
        raise NotSupported(f"the profile {profile}")
    known = evolve(known, discounted=Lowered.CATALOGUE)
    for switch, words in _SWITCHES.items():
        word = semantics.get(switch)
        if isinstance(word, str) and word in words:
            known = evolve(known, **{_FIELDS.get(switch, switch): words[word]})
        elif isinstance(word, str) and " " not in word:
            raise NotSupported(f"the {switch} {word}")
    for switch, only in _FIXED.items():
        if semantics.get(switch, only) != only:
            raise NotSupported(f"the {switch} {semantics[switch]}")
    if semantics.get("order") == "lanes" and not known.lanes:
        known = evolve(known, lanes=_LANES)
    if semantics.get("tax", {}).get("prices_include"):
        known = evolve(known, split_by=SplitBy.VALUE)
    return _rounded_as(known, semantics.get("rounding", {}))


def _rounded_as(settings: Combination, rounding: Mapping[str, Any]) -> Combination:
    mode = rounding.get("mode", "half_up")
    if mode == "none":
        return evolve(settings, rounding=None, percent_rounding=None)
    way, digits = word_of(_MODES, mode, "rounding mode"), rounding.get("digits")
    # The digits of the currency are what a rule has that names none.
    rule = HALF_UP if way is RoundingMode.HALF_UP and digits in {None, _CENTS} else Rounding(way, digits)
    level = str(rounding.get("level", "line"))
    # A percentage rounded per application keeps the exact shares of its lines; the document rounds their sum.
    whole = level.startswith("application")
    return evolve(
        settings,
        rounding=rule,
        percent_rounding=None if whole else rule,
        application_rounding=rule if whole else None,
        share_mode=way,
        level=RoundingLevel.UNIT if level.startswith("unit") else RoundingLevel.LINE,
    )
