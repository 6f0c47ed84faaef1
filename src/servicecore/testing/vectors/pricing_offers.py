"""How a promotion of a pricing vector becomes an offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from servicecore.pricing.promotions import conditions
from servicecore.pricing.promotions.combination import Combination, UnitUse
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger, Stacking
from servicecore.pricing.promotions.offer_codes import OfferCode
from servicecore.testing.vectors.pricing_benefits import benefit_of
from servicecore.testing.vectors.pricing_conditions import condition_of


def offers_of(given: Mapping[str, Any], settings: Combination) -> tuple[Offer, ...]:
    """Return the offers of an input.

    Raises:
        NotSupported: a condition, benefit or operator that nobody mapped yet.

    """
    typed = "codes" in given
    promotions = given.get("promotions", ())
    sharing = tuple(each["id"] for each in promotions if each.get("exclusive", "no") == "no")
    return tuple(_deal(each, given, settings, sharing, typed=typed) for each in promotions)


def day_of(text: str | None) -> date | None:
    """Return the civil day in UTC of an instant; None stays None."""
    if text is None:
        return None
    stated = datetime.fromisoformat(text)
    return (stated if stated.tzinfo is None else stated.astimezone(UTC)).date()


def _deal(
    each: Mapping[str, Any], given: Mapping[str, Any], settings: Combination, sharing: tuple[str, ...], *, typed: bool
) -> Offer:
    exclusive = Exclusivity(each.get("exclusive", "no"))
    # Where units are spent, offers that are exclusive on lines take each other's units only, and no other's lines.
    spends_lines = settings.unit_use is UnitUse.SPENT and exclusive is Exclusivity.LINE
    trigger = OfferTrigger(each.get("trigger", "automatic"))
    if trigger is OfferTrigger.CODE and not typed:
        trigger = OfferTrigger.DIRECT
    codes = each.get("codes") or ([{"code": each["code"]}] if each.get("code") else [])
    valid = each.get("valid") or {}
    found = each.get("benefits", [each["benefit"]] if each.get("benefit") else [])
    currency = given.get("currency", "EUR")
    own = tuple(benefit_of(benefit, each.get("conditions", ()), settings, currency) for benefit in found)
    asked = [condition_of(condition, given, own) for condition in each.get("conditions", ())]
    if "channels" in each:
        asked.insert(0, conditions.InChannel(tuple(each["channels"] or ())))
    return Offer(
        id=each["id"],
        benefits=own,
        trigger=trigger,
        codes=tuple(_code(code) for code in codes) if trigger is OfferTrigger.CODE else (),
        conditions=tuple(asked),
        priority=int(each.get("priority", 0)),
        lane=each.get("lane", ""),
        exclusive=Exclusivity.UNIT if spends_lines else exclusive,
        combinable_with=tuple(each.get("combinable_with", ())),
        not_combinable_with=sharing if spends_lines else (),
        stacking=Stacking(each.get("stacking", "compound")),
        applies_to_discounted=bool(each.get("applies_to_discounted", True)),
        valid_from=day_of(valid.get("from")),
        valid_until=day_of(valid.get("to")),
        limits=limits_of(each.get("limits") or {}, _shared_cap(found, settings)),
        skip_conditions=bool(each.get("skip_eligibility", False)),
    )


def _shared_cap(found: list[Mapping[str, Any]], settings: Combination) -> int | None:
    """Return 1 where a cap on units counts for all applications together, as it does for percentages."""
    capped = any("cap_units" in benefit and benefit["type"] == "percent" for benefit in found)
    return 1 if capped and settings.repeat else None


def _code(code: Mapping[str, Any]) -> OfferCode:
    limits, valid = code.get("limits") or {}, code.get("valid") or {}
    return OfferCode(
        code=code["code"],
        valid_from=day_of(valid.get("from")),
        valid_until=day_of(valid.get("to")),
        uses_total=limits.get("uses_total"),
        uses_per_customer=limits.get("uses_per_customer"),
        used=int(limits.get("used", 0)),
        cancel_releases_use=bool(code.get("cancel_releases_use", True)),
    )


def limits_of(limits: Mapping[str, Any], at_most: int | None = None) -> OfferLimits:
    """Return the limits of a promotion; ``at_most`` bounds the applications to one basket further."""
    budget = limits.get("budget")
    bounds = [each for each in (limits.get("max_applications_per_cart"), at_most) if each is not None]
    return OfferLimits(
        per_basket=min(bounds, default=None),
        total=limits.get("max_applications_total", limits.get("uses_total")),
        per_customer=limits.get("max_applications_per_customer", limits.get("uses_per_customer")),
        used=int(limits.get("used_applications", limits.get("used", 0))),
        budget=None if budget is None else Budget(Measure(budget["measure"]), budget["limit"], budget.get("used", 0)),
    )
