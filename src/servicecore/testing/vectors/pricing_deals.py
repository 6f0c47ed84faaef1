"""How a promotion of a pricing vector becomes a deal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from servicecore.pricing.deals import conditions
from servicecore.pricing.deals.codes import DealCode
from servicecore.pricing.deals.combination import Combination
from servicecore.pricing.deals.deal import Deal, DealExclusivity, DealTrigger, Stacking
from servicecore.pricing.deals.limits import Budget, DealLimits, Measure
from servicecore.testing.vectors.pricing_benefits import benefit_of
from servicecore.testing.vectors.pricing_conditions import condition_of


def deals_of(given: Mapping[str, Any], settings: Combination) -> tuple[Deal, ...]:
    """Return the deals of an input.

    Raises:
        NotSupported: a condition, benefit or operator that nobody mapped yet.

    """
    typed = "codes" in given
    return tuple(_deal(each, given, settings, typed=typed) for each in given.get("promotions", ()))


def day_of(text: str | None) -> date | None:
    """Return the civil day in UTC of an instant; None stays None."""
    if text is None:
        return None
    stated = datetime.fromisoformat(text)
    return (stated if stated.tzinfo is None else stated.astimezone(UTC)).date()


def _deal(each: Mapping[str, Any], given: Mapping[str, Any], settings: Combination, *, typed: bool) -> Deal:
    trigger = DealTrigger(each.get("trigger", "automatic"))
    if trigger is DealTrigger.CODE and not typed:
        trigger = DealTrigger.DIRECT
    codes = each.get("codes") or ([{"code": each["code"]}] if each.get("code") else [])
    valid = each.get("valid") or {}
    found = each.get("benefits", [each["benefit"]] if each.get("benefit") else [])
    own = tuple(benefit_of(benefit, each.get("conditions", ()), settings) for benefit in found)
    asked = [condition_of(condition, given, own) for condition in each.get("conditions", ())]
    if "channels" in each:
        asked.insert(0, conditions.InChannels(tuple(each["channels"] or ())))
    return Deal(
        id=each["id"],
        benefits=own,
        trigger=trigger,
        codes=tuple(_code(code) for code in codes) if trigger is DealTrigger.CODE else (),
        conditions=tuple(asked),
        priority=int(each.get("priority", 0)),
        lane=each.get("lane", ""),
        exclusive=DealExclusivity(each.get("exclusive", "no")),
        combinable_with=tuple(each.get("combinable_with", ())),
        stacking=Stacking(each.get("stacking", "compound")),
        applies_to_discounted=bool(each.get("applies_to_discounted", True)),
        valid_from=day_of(valid.get("from")),
        valid_until=day_of(valid.get("to")),
        limits=limits_of(each.get("limits") or {}, _shared_cap(each, found, settings)),
        skip_conditions=bool(each.get("skip_eligibility", False)),
    )


def _shared_cap(each: Mapping[str, Any], found: list[Mapping[str, Any]], settings: Combination) -> int | None:
    """Return 1 where a cap on units counts for all applications together: the deal leaves its units to others."""
    capped = any("cap_units" in benefit for benefit in found)
    return 1 if capped and settings.repeat and each.get("exclusive", "no") == "no" else None


def _code(code: Mapping[str, Any]) -> DealCode:
    limits, valid = code.get("limits") or {}, code.get("valid") or {}
    return DealCode(
        code=code["code"],
        valid_from=day_of(valid.get("from")),
        valid_until=day_of(valid.get("to")),
        uses_total=limits.get("uses_total"),
        uses_per_customer=limits.get("uses_per_customer"),
        used=int(limits.get("used", 0)),
        cancel_releases_use=bool(code.get("cancel_releases_use", True)),
    )


def limits_of(limits: Mapping[str, Any], at_most: int | None = None) -> DealLimits:
    """Return the limits of a promotion; ``at_most`` bounds the applications to one basket further."""
    budget = limits.get("budget")
    bounds = [each for each in (limits.get("max_applications_per_cart"), at_most) if each is not None]
    return DealLimits(
        per_basket=min(bounds, default=None),
        total=limits.get("max_applications_total", limits.get("uses_total")),
        per_customer=limits.get("max_applications_per_customer", limits.get("uses_per_customer")),
        used=int(limits.get("used_applications", limits.get("used", 0))),
        budget=None if budget is None else Budget(Measure(budget["measure"]), budget["limit"], budget.get("used", 0)),
    )
