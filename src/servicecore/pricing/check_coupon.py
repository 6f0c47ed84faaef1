"""Check whether a code may be used: the first reason against it, in a stable order (CC 11.2, Appendix B)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.coupon_limits import LimitScope, UsageKey, normalised
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.coupons import Coupon, CouponState
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.validity import first_day, in_words, last_day

UNKNOWN: Final = ProblemKind(
    "coupon.unknown",
    en="there is no coupon with the code {value}; accepted: {accepted}",
    it="non esiste un buono con il codice {value}; valori ammessi: {accepted}",
    de="es gibt keinen Gutschein mit dem Code {value}; zulässig: {accepted}",
)
NOT_ACTIVE: Final = ProblemKind(
    "coupon.not_active",
    en="the coupon {value} is not active yet; accepted: {accepted}",
    it="il buono {value} non è ancora attivo; valori ammessi: {accepted}",
    de="der Gutschein {value} ist noch nicht aktiv; zulässig: {accepted}",
)
VOIDED: Final = ProblemKind(
    "coupon.voided",
    en="the coupon {value} was voided; accepted: {accepted}",
    it="il buono {value} è stato annullato; valori ammessi: {accepted}",
    de="der Gutschein {value} wurde für ungültig erklärt; zulässig: {accepted}",
)
OUTSIDE_DATES: Final = ProblemKind(
    "coupon.outside_dates",
    en="the coupon {value} is not valid on this day; accepted: {accepted}",
    it="il buono {value} non è valido in questo giorno; valori ammessi: {accepted}",
    de="der Gutschein {value} gilt an diesem Tag nicht; zulässig: {accepted}",
)
REQUIRES_ORDER_COMPLETION: Final = ProblemKind(
    "coupon.requires_order_completion",
    en="the coupon {value} works only where orders are completed; accepted: {accepted}",
    it="il buono {value} vale solo con il completamento dell'ordine; valori ammessi: {accepted}",
    de="der Gutschein {value} wirkt nur mit Auftragsabschluss; zulässig: {accepted}",
)
WRONG_ORIGIN: Final = ProblemKind(
    "coupon.wrong_origin",
    en="the order comes from {value}; accepted: {accepted}",
    it="l'ordine proviene da {value}; valori ammessi: {accepted}",
    de="der Auftrag kommt von {value}; zulässig: {accepted}",
)
CUSTOMER_NOT_LISTED: Final = ProblemKind(
    "coupon.customer_not_listed",
    en="the coupon is not meant for the customer {value}; accepted: {accepted}",
    it="il buono non è destinato al cliente {value}; valori ammessi: {accepted}",
    de="der Gutschein ist nicht für den Kunden {value} bestimmt; zulässig: {accepted}",
)
ALREADY_REDEEMED: Final = ProblemKind(
    "coupon.already_redeemed",
    en="the code {value} was redeemed before; accepted: {accepted}",
    it="il codice {value} è già stato utilizzato; valori ammessi: {accepted}",
    de="der Code {value} wurde bereits eingelöst; zulässig: {accepted}",
)
LIMIT_REACHED: Final = ProblemKind(
    "coupon.limit_reached",
    en="uses of the coupon {coupon} so far: {value}; accepted: {accepted}",
    it="usi del buono {coupon} finora: {value}; valori ammessi: {accepted}",
    de="bisherige Einlösungen des Gutscheins {coupon}: {value}; zulässig: {accepted}",
)
AT_LOWEST: Final = ProblemKind(
    "coupon.at_lowest_price",
    en="goods worth {value} are at their lowest prices already; accepted: {accepted}",
    it="la merce del valore di {value} è già ai prezzi minimi; valori ammessi: {accepted}",
    de="Ware im Wert von {value} hat schon ihre niedrigsten Preise; zulässig: {accepted}",
)
MINIMUM_NOT_MET: Final = ProblemKind(
    "coupon.minimum_not_met",
    en="the eligible goods are worth {value}; accepted: {accepted}",
    it="la merce ammessa vale {value}; valori ammessi: {accepted}",
    de="die berechtigte Ware ist {value} wert; zulässig: {accepted}",
)
BUDGET_REACHED: Final = ProblemKind(
    "coupon.budget_reached",
    en="the coupon {coupon} would give {value}; accepted: {accepted}",
    it="il buono {coupon} darebbe {value}; valori ammessi: {accepted}",
    de="der Gutschein {coupon} würde {value} geben; zulässig: {accepted}",
)
OFFER_MISSING: Final = ProblemKind(
    "coupon.offer_missing",
    en="the coupon {coupon} releases the offer {value}; accepted: {accepted}",
    it="il buono {coupon} sblocca l'offerta {value}; valori ammessi: {accepted}",
    de="der Gutschein {coupon} löst das Angebot {value} aus; zulässig: {accepted}",
)
EXCLUSIVE_CONFLICT: Final = ProblemKind(
    "coupon.exclusive_conflict",
    en="the coupon {value} does not stand beside {other}; accepted: {accepted}",
    it="il buono {value} non è cumulabile con {other}; valori ammessi: {accepted}",
    de="der Gutschein {value} verträgt sich nicht mit {other}; zulässig: {accepted}",
)


_WHOSE: Final = MappingProxyType(
    {
        LimitScope.CODE: "a code",
        LimitScope.CUSTOMER: "a customer",
        LimitScope.CHANNEL: "a channel",
        LimitScope.OFFER: "all codes for the offer",
        LimitScope.COUPON: "all codes together",
    }
)


def check_coupon(
    coupon: Coupon, code: str, scene: Scene, usage: CouponUsage, *, completion: bool, accepted: int = 0
) -> Problem | None:
    """Return the first reason why ``code`` may not be used, before amounts are looked at, or None.

    The order: state, dates, order completion, origin, customer, redeemed, limit in one order, other limits.
    ``accepted`` codes of the same coupon in the same cart count as uses already.
    """
    return (
        _life(coupon, scene)
        or _place(coupon, scene, completion=completion)
        or _customer(coupon, scene, usage)
        or _uses(coupon, code, scene, usage, accepted)
    )


def beyond_order(coupon: Coupon, used: int) -> Problem | None:
    """Return that no more codes of ``coupon`` work in an order that has ``used`` of them, or None."""
    limit = coupon.limit_per_order
    if limit is None or used < limit:
        return None
    return LIMIT_REACHED.at("codes", coupon=coupon.id, value=used, accepted=f"below {limit} for an order")


def customer_names(scene: Scene, usage: CouponUsage) -> tuple[str, ...]:
    """Return every name of the cart's customer."""
    return (scene.cart.customer, *usage.also_known_as)


def money_left(coupon: Coupon, code: str, scene: Scene, usage: CouponUsage) -> Money | None:
    """Return the least that the coupon's budgets have left in the cart's currency, 0 or more; None for no limit."""
    left = [
        budget - usage.spent(key, scene.currency)
        for key in coupon.usage_keys(code, customer_names(scene, usage), scene.cart.channel)
        if (budget := coupon.budget(key.scope, scene.currency)) is not None
    ]
    return max(min(left), Money.zero(scene.currency)) if left else None


def beyond_budget(coupon: Coupon, wanted: Money, left: Money) -> Problem:
    """Return the problem of a coupon that would give more than its budgets have left."""
    return BUDGET_REACHED.at("codes", coupon=coupon.id, value=wanted, accepted=f"up to {left}")


def _life(coupon: Coupon, scene: Scene) -> Problem | None:
    if coupon.state is CouponState.VOIDED:
        return VOIDED.at("codes", value=coupon.id, accepted="an active coupon")
    if coupon.state is not CouponState.ACTIVE:
        return NOT_ACTIVE.at("codes", value=coupon.id, accepted="an active coupon")
    if not first_day(coupon.valid_from) <= scene.day <= last_day(coupon.valid_until):
        return OUTSIDE_DATES.at("codes", value=coupon.id, accepted=in_words(coupon.valid_from, coupon.valid_until))
    return None


def _place(coupon: Coupon, scene: Scene, *, completion: bool) -> Problem | None:
    if coupon.needs_order_completion and not completion:
        accepted = "a channel with order completion"
        return REQUIRES_ORDER_COMPLETION.at("codes", value=coupon.id, accepted=accepted)
    origins = [value for name, value in scene.cart.attributes if name == "origin"]
    if coupon.origins and not any(each in coupon.origins for each in origins):
        value = ", ".join(origins) or "an unknown origin"
        return WRONG_ORIGIN.at("codes", value=value, accepted=", ".join(coupon.origins))
    return None


def _customer(coupon: Coupon, scene: Scene, usage: CouponUsage) -> Problem | None:
    if not coupon.customers:
        return None
    listed = {normalised(each) for each in coupon.customers}
    if listed.isdisjoint(map(normalised, customer_names(scene, usage))):
        return CUSTOMER_NOT_LISTED.at("codes", value=scene.cart.customer, accepted="a customer on the coupon's list")
    return None


def _uses(coupon: Coupon, code: str, scene: Scene, usage: CouponUsage, accepted: int) -> Problem | None:
    if coupon.one_time and usage.used(UsageKey(LimitScope.CODE, coupon.id, code)):
        return ALREADY_REDEEMED.at("codes", value=code, accepted="a code that was not used yet")
    problem = beyond_order(coupon, accepted)
    if problem is not None:
        return problem
    keys = coupon.usage_keys(code, customer_names(scene, usage), scene.cart.channel)
    for scope, whose in _WHOSE.items():
        limit = coupon.count_limit(scope)
        so_far = max((usage.used(key) for key in keys if key.scope is scope), default=0)
        if scope is not LimitScope.CODE:
            so_far += accepted
        if limit is not None and so_far >= limit:
            return LIMIT_REACHED.at("codes", coupon=coupon.id, value=so_far, accepted=f"below {limit} for {whose}")
    return None
