"""A best-price problem: the units of a cart and the offers that compete for them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.rounding import HALF_UP, Rounding
from servicecore.pricing.best_price.offers import OrderThreshold, UnitOffer

UNKNOWN_LINE: Final = ProblemKind(
    "pricing.best_price_unknown_line",
    en="the offer {offer} names the line {value}; accepted: {accepted}",
    it="l'offerta {offer} nomina la riga {value}; valori ammessi: {accepted}",
    de="das Angebot {offer} nennt die Zeile {value}; zulässig: {accepted}",
)
SAME_ID: Final = ProblemKind(
    "pricing.best_price_same_id",
    en="the id {value} stands twice; accepted: {accepted}",
    it="l'identificativo {value} compare due volte; valori ammessi: {accepted}",
    de="die Kennung {value} kommt zweimal vor; zulässig: {accepted}",
)


class DiscountRounding(Enum):
    """Where a discount is rounded to money.

    - ``UNIT``: the share of each unit; sums of units are then exact, and so is the optimum.
    - ``APPLICATION``: each application of an offer as a whole, so that it matters which units share a set.
    """

    UNIT = "unit"
    APPLICATION = "application"


def _price(value: object) -> Decimal:
    price = exact_decimal(value, "unit_price")
    if price < 0:
        raise NOT_ACCEPTED.error("unit_price", value=price, accepted="a price of 0 or more")
    return price


def _quantity(_self: object, _attribute: object, value: int) -> None:
    if type(value) is not int or value < 0:
        raise NOT_ACCEPTED.error("quantity", value=repr(value), accepted="a whole number of units, 0 or more")


@frozen(kw_only=True)
class BestPriceLine:
    """``quantity`` whole units at ``unit_price`` (major units, 0 or more) each.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    quantity: int = field(validator=_quantity)
    unit_price: Decimal = field(converter=_price)


def _unique(ids: Iterable[str], path: str) -> frozenset[str]:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise SAME_ID.error(path, value=each, accepted="every id once")
        seen.add(each)
    return frozenset(seen)


def _lines(values: Iterable[BestPriceLine]) -> tuple[BestPriceLine, ...]:
    return tuple(values)


def _offers(values: Iterable[UnitOffer]) -> tuple[UnitOffer, ...]:
    return tuple(values)


def _thresholds(values: Iterable[OrderThreshold]) -> tuple[OrderThreshold, ...]:
    return tuple(values)


@frozen(kw_only=True)
class BestPriceProblem:
    """The units of a cart and the offers that compete for them: each unit is used at most once in a lane.

    Attributes:
        currency: ISO code; every amount is in its major units.
        lines: the cart; their order does not matter.
        offers: those whose conditions the cart meets; their order does not matter.
        thresholds: offers on the order, of which at most one is applied after the others.
        rounding: how an amount becomes money.
        rounded_at: where.

    Raises:
        InvalidValue: ``money.unknown_currency``, ``pricing.best_price_unknown_line``, ``pricing.best_price_same_id``.

    """

    currency: str
    lines: tuple[BestPriceLine, ...] = field(converter=_lines)
    offers: tuple[UnitOffer, ...] = field(converter=_offers, default=())
    thresholds: tuple[OrderThreshold, ...] = field(converter=_thresholds, default=())
    rounding: Rounding = HALF_UP
    rounded_at: DiscountRounding = DiscountRounding.UNIT

    def __attrs_post_init__(self) -> None:
        currency_digits(self.currency)
        known = _unique((line.id for line in self.lines), "lines")
        _unique((*(offer.id for offer in self.offers), *(each.id for each in self.thresholds)), "offers")
        for offer in self.offers:
            for line in offer.touched():
                if line not in known:
                    accepted = ", ".join(sorted(known)) or "none, the cart is empty"
                    raise UNKNOWN_LINE.error("offers", offer=offer.id, value=line, accepted=accepted)
