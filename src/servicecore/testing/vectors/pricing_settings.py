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
from servicecore.testing.vectors.verdict import NotSupported

_MODES: Final = MappingProxyType({each.value: each for each in RoundingMode})

_PROFILES: Final[Mapping[str, Combination]] = MappingProxyType(
    {
        "medusa2": Combination(
            order=OfferOrder.BUY_GET_FIRST,
            rounding=None,
            percent_rounding=None,
            remainder=Remainder.EXACT,
            unit_pick=UnitPick.BASKET,
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


def settings_of(semantics: Mapping[str, Any]) -> Combination:
    """Return the settings that an entry of ``semantics`` means.

    Raises:
        NotSupported: a profile that nobody mapped yet.

    """
    profile = str(semantics.get("profile"))
    known = _PROFILES.get(profile)
    if known is None:
        raise NotSupported(f"the profile {profile}")
    known = evolve(known, discounted=Lowered.CATALOGUE)
    if semantics.get("selection") == "best_single_per_target":
        known = evolve(known, selection=Selection.BEST_SINGLE)
    if semantics.get("code_match") == "case_sensitive":
        known = evolve(known, code_match=CodeMatch.EXACT)
    if "later line first" in str(semantics.get("tie", "")):
        known = evolve(known, tie=Tie.LAST)
    if semantics.get("tax", {}).get("prices_include"):
        known = evolve(known, split_by=SplitBy.VALUE)
    return _rounded_as(known, semantics.get("rounding", {}))


def _rounded_as(settings: Combination, rounding: Mapping[str, Any]) -> Combination:
    mode = rounding.get("mode", "half_up")
    if mode == "none":
        return evolve(settings, rounding=None, percent_rounding=None)
    rule = HALF_UP if mode == "half_up" else Rounding(_MODES[mode])
    level = str(rounding.get("level", "line"))
    # A percentage rounded per application keeps the exact shares of its lines; the document rounds their sum.
    whole = level.startswith("application")
    return evolve(
        settings,
        rounding=rule,
        percent_rounding=None if whole else rule,
        application_rounding=rule if whole else None,
        share_mode=_MODES[mode],
        level=RoundingLevel.UNIT if level.startswith("unit") else RoundingLevel.LINE,
    )
