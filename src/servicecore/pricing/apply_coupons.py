"""Apply coupons: read the codes typed, release offers, and take the coupons' own amounts off the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied, StepKind
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.check_coupon import (
    AT_LOWEST,
    EXCLUSIVE_CONFLICT,
    MINIMUM_NOT_MET,
    OFFER_MISSING,
    UNKNOWN,
    beyond_budget,
    check_coupon,
    money_left,
)
from servicecore.pricing.coupon_limits import OverBudget, normalised
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.offer import Offer, OfferTrigger
from servicecore.pricing.promotions.offer_codes import ReleasedBy
from servicecore.pricing.promotions.scene import Lines, Scene
from servicecore.pricing.promotions.take_off import holder, rounded_off, split_off, value_of
from servicecore.pricing.quote import Discount

COUPON_APPLIED: Final = StepKind(
    "pricing.coupon",
    en="coupon {coupon}, code {code}: {terms} on {value}",
    it="buono {coupon}, codice {code}: {terms} su {value}",
    de="Gutschein {coupon}, Code {code}: {terms} auf {value}",
)


@frozen
class CodesRead:
    """What the codes of a cart came to.

    Attributes:
        accepted: codes and their coupons, in the order typed.
        refused: codes that are not used, each with the one reason.

    """

    accepted: tuple[tuple[str, Coupon], ...]
    refused: tuple[NotApplied, ...]

    @property
    def exclusive(self) -> frozenset[str]:
        """Return the ids of the coupons that stand beside no other coupon and no offer."""
        return frozenset([coupon.id for _code, coupon in self.accepted if coupon.exclusive])

    def released(self) -> dict[str, ReleasedBy]:
        """Return the codes by the id of the offer that each releases."""
        return {coupon.offer: ReleasedBy(code) for code, coupon in self.accepted if coupon.offer}

    def without(self, over: tuple[NotApplied, ...]) -> CodesRead:
        """Return the same with the codes of ``over`` refused for its reasons."""
        if not over:
            return self
        names = {each.rule for each in over}
        return CodesRead(tuple(each for each in self.accepted if each[0] not in names), (*self.refused, *over))


NO_CODES: Final = CodesRead((), ())
"""Nothing was typed."""


def read_codes(
    by_code: Mapping[str, Coupon],
    codes: Iterable[str],
    offers: Mapping[str, Offer],
    scene: Scene,
    usage: CouponUsage,
    *,
    completion: bool,
) -> CodesRead:
    """Return which of the coupon codes may be used; a code typed twice counts once (pricing property 36).

    An exclusive coupon is refused beside one typed before it, and refuses those typed after it; so does a coupon
    that releases the same offer.
    """
    accepted: list[tuple[str, Coupon]] = []
    refused: list[NotApplied] = []
    for code in dict.fromkeys(normalised(each) for each in codes):
        coupon = by_code.get(code)
        if coupon is None:
            refused.append(NotApplied(code, UNKNOWN.at("codes", value=code or "''", accepted="a printed code")))
            continue
        same = sum(1 for _code, each in accepted if each.id == coupon.id)
        problem = (
            check_coupon(coupon, code, scene, usage, completion=completion, accepted=same)
            or _missing_offer(coupon, offers)
            or _conflict(coupon, accepted)
        )
        if problem is None:
            accepted.append((code, coupon))
        else:
            refused.append(NotApplied(code, problem))
    return CodesRead(tuple(accepted), tuple(refused))


def apply_coupons(codes: CodesRead, scene: Scene, usage: CouponUsage, digits: int) -> list[NotApplied]:
    """Take the tiers of accepted coupons off the lines, after offers; return the codes that did not take effect.

    The minimum is measured on the eligible net after discounts of lines and offers (CC 11.2). What codes of one
    coupon give in the same cart counts against its budgets together (pricing property 34).
    """
    refused: list[NotApplied] = []
    given: dict[str, Money] = {}
    for code, coupon in codes.accepted:
        if coupon.tiers:
            left = money_left(coupon, code, scene, usage)
            before = given.get(coupon.id, Money.zero(scene.currency))
            taken = _take_off(code, coupon, scene, digits, None if left is None else left - before)
            if isinstance(taken, Problem):
                refused.append(NotApplied(code, taken))
            else:
                given[coupon.id] = before + taken
    return refused


def beyond_budgets(
    codes: CodesRead, scene: Scene, usage: CouponUsage, later: tuple[Discount | PromisedReward, ...] = ()
) -> tuple[NotApplied, ...]:
    """Return the codes whose offers gave more than their coupons' budgets have left.

    ``later`` is what they give beside goods: off charges, and promised for after the order.
    """
    refused: list[NotApplied] = []
    given: dict[str, Money] = {}
    for code, coupon in codes.accepted:
        left = money_left(coupon, code, scene, usage) if coupon.offer else None
        if left is None:
            continue
        on_goods = (each for line in scene.lines for each in line.discounts)
        amounts = (each.amount for each in (*on_goods, *later) if each.code == code)
        wanted = sum_money(amounts, scene.currency)
        before = given.get(coupon.id, Money.zero(scene.currency))
        if wanted > left - before:
            refused.append(NotApplied(code, beyond_budget(coupon, wanted, left - before)))
        else:
            given[coupon.id] = before + wanted
    return tuple(refused)


def _missing_offer(coupon: Coupon, offers: Mapping[str, Offer]) -> Problem | None:
    offer = offers.get(coupon.offer)
    if not coupon.offer or (offer is not None and offer.trigger is OfferTrigger.CODE):
        return None
    accepted = "an offer of the price book in force that a code releases"
    return OFFER_MISSING.at("codes", coupon=coupon.id, value=coupon.offer, accepted=accepted)


def _conflict(coupon: Coupon, accepted: list[tuple[str, Coupon]]) -> Problem | None:
    others = [
        each
        for each in accepted
        if coupon.exclusive or each[1].exclusive or (coupon.offer and coupon.offer == each[1].offer)
    ]
    if not others:
        return None
    return EXCLUSIVE_CONFLICT.at("codes", value=coupon.id, other=others[0][1].id, accepted="one of the two")


def _take_off(code: str, coupon: Coupon, scene: Scene, digits: int, left: Money | None) -> Money | Problem:
    lowered = holder(scene.lines)
    if coupon.exclusive and lowered:
        return EXCLUSIVE_CONFLICT.at("codes", value=coupon.id, other=lowered, accepted="one of the two")
    lines = _eligible(coupon, scene)
    if not lines:
        accepted = "goods that the coupon is for, and that take coupons"
        return MINIMUM_NOT_MET.at("codes", value=Money.zero(scene.currency), accepted=accepted)
    value = value_of(lines)
    tier = coupon.tier(value, scene.currency)
    if tier is None:
        accepted = ", ".join(str(each.minimum) for each in coupon.tiers)
        return MINIMUM_NOT_MET.at("codes", value=scene.one * value, accepted=f"{accepted} or more")
    amount = rounded_off(tier.off(value, _units(lines)), value, lines)
    if not amount:
        accepted = "goods worth enough that something comes off"
        return MINIMUM_NOT_MET.at("codes", value=scene.one * value, accepted=accepted)
    if left is not None and amount > left.amount:
        if coupon.over_budget is OverBudget.REFUSE or not left:
            return beyond_budget(coupon, scene.one * amount, left)
        amount = left.amount
    params = {"coupon": coupon.id, "code": code, "terms": tier.text, "value": scene.one * value}
    taken = split_off(amount, lines, digits, coupon.id, code, COUPON_APPLIED, named=lambda _line: params)
    if not taken:
        return AT_LOWEST.at("codes", value=scene.one * value, accepted="goods above their lowest prices")
    return scene.one * taken


def _eligible(coupon: Coupon, scene: Scene) -> Lines:
    lines = coupon.target.pick(scene.lines)
    return tuple(
        [
            line
            for line in lines
            if line.open_to_offers
            and line.item.coupons_allowed
            and not line.taken
            and _in_catalogs(coupon, line.cart_line.attributes, scene)
        ]
    )


def _in_catalogs(coupon: Coupon, attributes: tuple[tuple[str, str], ...], scene: Scene) -> bool:
    if not coupon.catalogs and not coupon.excluded_catalogs:
        return True
    own = {value for name, value in attributes if name == "catalog"}
    found = own or {value for name, value in scene.cart.attributes if name == "catalog"}
    if not found.isdisjoint(coupon.excluded_catalogs):
        return False
    return not coupon.catalogs or not found.isdisjoint(coupon.catalogs)


def _units(lines: Lines) -> Decimal:
    total = Decimal(0)
    for line in lines:
        total = EXACT.add(total, line.own_quantity)
    return total
