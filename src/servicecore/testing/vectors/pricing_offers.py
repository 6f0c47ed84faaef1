"""How a promotion of a pricing vector becomes an offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

from servicecore.pricing.promotions import conditions
from servicecore.pricing.promotions.combination import Combination, UnitUse
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger, Stacking
from servicecore.pricing.promotions.offer_codes import OfferCode
from servicecore.testing.vectors.pricing_benefits import benefit_of
from servicecore.testing.vectors.pricing_conditions import condition_of
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import NotSupported

_BARE_DAY: Final = len("2026-01-15")
_SETS: Final = frozenset({"bundle_percent", "bundle_price", "distinct_set_percent"})
_TRIGGERS: Final = MappingProxyType({each.value: each for each in OfferTrigger})
_EXCLUSIVE: Final = MappingProxyType({each.value: each for each in Exclusivity})
_STACKING: Final = MappingProxyType({each.value: each for each in Stacking})
_MEASURES: Final = MappingProxyType({each.value: each for each in Measure})


def offers_of(given: Mapping[str, Any], settings: Combination) -> tuple[Offer, ...]:
    """Return the offers of an input.

    Raises:
        NotSupported: a condition, benefit or operator that nobody mapped yet.

    """
    typed = "codes" in given
    for each in (*given.get("promotions", ()), *given.get("catalogue_promotions", ())):
        for dated in (each, *(each.get("codes") or ())):
            refuse_hours(dated.get("valid") or {}, given.get("at"))
    promotions = given.get("promotions", ())
    sharing = tuple(each["id"] for each in promotions if each.get("exclusive", "no") == "no")
    return tuple(_deal(each, given, settings, sharing, typed=typed) for each in promotions)


def day_of(text: str | None) -> date | None:
    """Return the civil day in UTC of an instant; None stays None."""
    return None if text is None else _instant(text).date()


def _instant(text: str) -> datetime:
    stated = datetime.fromisoformat(text)
    return (stated if stated.tzinfo is None else stated.astimezone(UTC)).replace(tzinfo=None)


def refuse_hours(valid: Mapping[str, Any], at: str | None) -> None:
    """Look whether a validity that counts civil days answers for ``at`` as its instants would.

    Raises:
        NotSupported: it begins later, or ends earlier, on the very day.

    """
    if at is None:
        return
    now = _instant(at)
    for name, late in (("from", 1), ("to", -1)):
        stated = valid.get(name)
        if stated is None or len(stated) == _BARE_DAY:
            continue
        bound = _instant(stated)
        if bound.date() == now.date() and late * (bound - now).total_seconds() > 0:
            raise NotSupported(f"a validity by the hour, {name} {stated}")


def _deal(
    each: Mapping[str, Any], given: Mapping[str, Any], settings: Combination, sharing: tuple[str, ...], *, typed: bool
) -> Offer:
    exclusive = word_of(_EXCLUSIVE, each.get("exclusive", "no"), "exclusive")
    # Where units are spent, offers that are exclusive on lines take each other's units only, and no other's lines.
    spends_lines = settings.unit_use is UnitUse.SPENT and exclusive is Exclusivity.LINE
    trigger = word_of(_TRIGGERS, each.get("trigger", "automatic"), "trigger")
    if trigger is OfferTrigger.CODE and not typed:
        trigger = OfferTrigger.DIRECT
    codes = each.get("codes") or ([{"code": each["code"]}] if each.get("code") else [])
    valid = each.get("valid") or {}
    found = [
        benefit
        for benefit in each.get("benefits", [each["benefit"]] if each.get("benefit") else [])
        # One that is meant for another channel gives nothing here.
        if benefit.get("channel", given.get("channel")) == given.get("channel")
    ]
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
        stacking=word_of(_STACKING, each.get("stacking", "compound"), "stacking"),
        applies_to_discounted=bool(each.get("applies_to_discounted", True)),
        valid_from=day_of(valid.get("from")),
        valid_until=day_of(valid.get("to")),
        limits=limits_of(each.get("limits") or {}, *_applications(found, settings)),
        skip_conditions=bool(each.get("skip_eligibility", False)),
    )


def _applications(found: list[Mapping[str, Any]], settings: Combination) -> list[int]:
    """Return what the benefits say of how often the offer is applied to one basket.

    A cap on the units of a percentage counts for all applications together. Sets are made as often as they say where
    the settings repeat offers, and once where these do not.
    """
    bounds = []
    for benefit in found:
        if settings.repeat and benefit["type"] == "percent" and "cap_units" in benefit:
            bounds.append(1)
        if "repeat" in benefit and benefit["type"] in _SETS:
            times = benefit["repeat"]
            if not settings.repeat and times != 1:
                raise NotSupported(f"the repeat {times} of {benefit['type']}")
            bounds.extend([] if times is None else [int(times)])
    return bounds


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


def limits_of(limits: Mapping[str, Any], *at_most: int) -> OfferLimits:
    """Return the limits of a promotion; ``at_most`` bounds the applications to one basket further."""
    budget = limits.get("budget")
    bounds = [each for each in (limits.get("max_applications_per_cart"), *at_most) if each is not None]
    return OfferLimits(
        per_basket=min(bounds, default=None),
        total=limits.get("max_applications_total", limits.get("uses_total")),
        per_customer=limits.get("max_applications_per_customer", limits.get("uses_per_customer")),
        used=int(limits.get("used_applications", limits.get("used", 0))),
        budget=None
        if budget is None
        else Budget(word_of(_MEASURES, budget["measure"], "measure"), budget["limit"], budget.get("used", 0)),
    )
