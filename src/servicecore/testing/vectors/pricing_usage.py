"""The kinds of pricing vectors on use: validity, eligibility, limits, ledgers, and the advertised price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode
from servicecore.pricing.promotions.advertise import marginal_discount
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.bench import Bench, View
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import OfferCode, PastOrder
from servicecore.pricing.usage_ledger import UsageLedger, UsageMeasure, UsageRequest
from servicecore.testing.vectors.pricing_baskets import basket_of, customer_of
from servicecore.testing.vectors.pricing_benefits import benefit_of
from servicecore.testing.vectors.pricing_conditions import condition_of
from servicecore.testing.vectors.pricing_offers import day_of, limits_of, refuse_hours
from servicecore.testing.vectors.pricing_reasons import named_like
from servicecore.testing.vectors.pricing_settings import settings_of
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.shapes import refuse_unasked, word_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_ASKED: Final = "asked"
_MEASURES: Final = MappingProxyType({each.value: each for each in UsageMeasure})
_USES: Final = MappingProxyType({"unlimited": (None, None), "once_per_customer": (None, 1), "once_total": (1, None)})


def check_validity(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare whether an offer is valid on a day; both ends belong to it."""
    given = vector["input"]
    refuse_unread("validity", given)
    refuse_unasked(vector["expected"], "active")
    if vector["semantics"].get("window", "closed_both_ends") != "closed_both_ends":
        raise NotSupported(f"the window {vector['semantics']['window']}")
    valid = given.get("valid") or {}
    refuse_hours(valid, given["at"])
    offer = Offer(_ASKED, valid_from=day_of(valid.get("from")), valid_until=day_of(valid.get("to")))
    day = day_of(given["at"])
    if day is None:
        raise NotSupported("an unknown instant")
    active = given.get("status", "active") in {"active", "open", "Open"} and offer.is_valid_on(day.toordinal())
    return compare("active", vector["expected"]["active"], active)


def check_eligibility(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare whether one condition holds, partly holds, and why not."""
    given, expected, semantics = vector["input"], vector["expected"], vector["semantics"]
    refuse_unread("eligibility", given)
    condition = condition_of(given["condition"], given)
    view = View(Bench(_basket(given, semantics), settings_of(semantics)), Offer(_ASKED))
    left = condition.narrow(view.basket.lines, view)
    problem = left if isinstance(left, Problem) else None
    mismatches: tuple[Mismatch, ...] = ()
    for name, value in expected.items():
        if name == "satisfied":
            mismatches += compare(name, value, problem is None)
        elif name == "partially_satisfied":
            progress = condition.progress(view)
            mismatches += compare(name, value, progress is not None and progress.partly)
        elif name == "reason":
            code = "" if problem is None else problem.code
            mismatches += () if named_like(code, value) else (Mismatch(name, value, code),)
        else:
            raise NotSupported(f"the expected field {name}")
    return mismatches


def _basket(given: Mapping[str, Any], semantics: Mapping[str, Any]) -> Basket:
    if "lines" in given or not {"items_total", "units_total"} & given.keys():
        return basket_of(given, semantics)
    units = Decimal(given.get("units_total", "1"))
    price = Decimal(given.get("items_total", "0")) / units
    line = BasketLine("goods", "goods", units, price)
    return Basket(given.get("currency", "EUR"), (line,), customer_of(given), given.get("channel") or "")


def check_usage_limits(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare how often an offer may still be applied, or whether a code may be used once more."""
    given, expected = vector["input"], vector["expected"]
    refuse_unread("usage_limits", given)
    if "remaining_applications" in expected:
        refuse_unasked(expected, "remaining_applications")
        limits = dict(given["limits"])
        limits.setdefault("used_applications", given.get("used_applications", 0))
        by_customer = given.get("used_by_customer", 0) if given.get("customer_known") else None
        left = limits_of(limits, *([given["hard_cap"]] if "hard_cap" in given else [])).left(by_customer)
        return compare("remaining_applications", int(expected["remaining_applications"]), left)
    refuse_unasked(expected, "available", "reason")
    total, per_customer = word_of(_USES, given["code_usage"], "code_usage")
    code = OfferCode("CODE", uses_total=total, uses_per_customer=per_customer, used=given["used_total"])
    customer = {} if given.get("anonymous") else {"id": "c"}
    history = (PastOrder(("CODE",)),) * int(given["used_by_customer"])
    problem = code.problem(customer.get("id", ""), history, 1)
    mismatches = compare("available", expected["available"], problem is None)
    if "reason" in expected:
        reason = "" if problem is None else problem.code
        mismatches += (
            () if named_like(reason, expected["reason"]) else (Mismatch("reason", expected["reason"], reason),)
        )
    return mismatches


def check_usage_ledger(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare a ledger after its operations; those at once come one after the other, whichever first."""
    given, expected = vector["input"], vector["expected"]
    refuse_unread("usage_ledger", given)
    stated = given["ledger"]
    if stated is None:
        # Nothing is kept for an unknown promotion, so using it and giving it back do nothing.
        refuse_unasked(expected, "error")
        return compare("error", expected["error"], None)
    ledger = UsageLedger(word_of(_MEASURES, stated["measure"], "measure"), stated["limit"], stated.get("used", 0))
    accepted = rejected = 0
    for operation in (*given.get("operations", ()), *given.get("concurrent_operations", ())):
        uses = tuple(UsageRequest(use["promotion"], use.get("amount", 0)) for use in operation["uses"])
        if operation["op"] == "commit":
            posted = ledger.commit(uses)
            ledger = posted.ledger
            accepted += not posted.refused
            rejected += bool(posted.refused)
        elif operation["op"] == "rollback":
            ledger = ledger.rollback(uses)
        else:
            raise NotSupported(f"the operation {operation['op']}")
    mismatches: tuple[Mismatch, ...] = ()
    reason = "limit_reached" if rejected else None
    got = {"accepted_count": accepted, "rejected_count": rejected, "rejected_reason": reason, "error": None}
    for name, value in expected.items():
        if name == "ledger":
            mismatches += compare("ledger.used", Decimal(value["used"]), ledger.used)
            mismatches += compare("ledger.limit", Decimal(value["limit"]), ledger.limit)
        elif name in got:
            mismatches += compare(name, value, got[name])
        else:
            raise NotSupported(f"the expected field {name}")
    return mismatches


def check_advertised_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what an offer takes off each of the units wanted, beyond those in the cart."""
    given, semantics = vector["input"], vector["semantics"]
    refuse_unread("advertised_price", given)
    refuse_unasked(vector["expected"], "unit_discount")
    settings = settings_of(semantics)
    benefit = benefit_of(given["benefit"], (), settings, given.get("currency", "EUR"))
    mode = RoundingMode(semantics.get("rounding", {}).get("mode", "half_up"))
    got = marginal_discount(
        benefit,
        settings,
        given["currency"],
        Decimal(given["unit_price"]),
        in_cart=Decimal(given["in_cart"]),
        wanted=Decimal(given["wanted"]),
        rounding=HALF_UP if mode is RoundingMode.HALF_UP else Rounding(mode),
    )
    return compare("unit_discount", Decimal(vector["expected"]["unit_discount"]), got)


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {
        "validity": check_validity,
        "eligibility": check_eligibility,
        "usage_limits": check_usage_limits,
        "usage_ledger": check_usage_ledger,
        "advertised_price": check_advertised_price,
    }
)
"""Vector kind to its check."""
