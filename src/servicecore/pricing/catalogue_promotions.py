"""Catalogue promotions: prices that are lower for everybody, before any cart, with the price before beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.validity import check_order, civil_date, first_day, last_day

_NONE: Final = Decimal(0)
_ALL: Final = Decimal(100)


class CatalogueSelection(Enum):
    """Which of the catalogue promotions that fit an item lower its price.

    - ``ALL``: all of them, each on what the one before left; where one is exclusive, it alone.
    - ``BEST``: the one that lowers it most, of the highest priority that lowers it at all (CC 7.1).
    """

    ALL = "all"
    BEST = "best"


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "catalogue_promotion")


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "catalogue_item")


@frozen
class CatalogueItem:
    """What is shown with a price.

    Attributes:
        variant: the id of what is sold.
        product: the product that it is a variant of; the variant itself where empty.
        categories: all of them, ancestors included.
        price: of one unit.
        original_price: the price that is crossed out; None takes ``price``. Promotions start from it.
        lowest_price: below which no promotion goes.

    """

    variant: str
    price: Decimal = field(converter=_exact)
    product: str = ""
    categories: tuple[str, ...] = ()
    original_price: Decimal | None = field(converter=_optional, default=None)
    lowest_price: Decimal = field(converter=_exact, default=_NONE)

    @property
    def before(self) -> Decimal:
        """Return the price that promotions start from."""
        return self.price if self.original_price is None else self.original_price


@frozen(field_transformer=checked_fields)
class CataloguePromotion:
    """A percentage or an amount off the price of one unit, or another price in its place where that is lower.

    Attributes:
        id: named with the price.
        percent: 10 is 10 percent; either this, ``amount`` or ``price``.
        amount: off one of the item's own unit, in ``currency``.
        currency: ISO 4217 of ``amount`` or ``price``: prices in another are left alone; empty where all are in one.
        variants: what it is for; with ``products`` and ``categories`` all empty it is for nothing.
        products: all variants of them.
        categories: everything in them.
        channels: the only channels; None is all.
        priority: a higher one comes first, then as they are given.
        exclusive: where one is, the exclusive one of the highest priority stands alone.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        price: of one of the item's own unit, in ``currency``; a price that is lower already stays (CC 7.1).

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    percent: Decimal | None = field(converter=_optional, default=None)
    amount: Decimal | None = field(converter=_optional, default=None)
    currency: str = ""
    variants: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    priority: int = 0
    exclusive: bool = False
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    price: Decimal | None = field(converter=_optional, default=None)

    def __attrs_post_init__(self) -> None:
        if [self.percent, self.amount, self.price].count(None) != 2:  # noqa: PLR2004 - one of the three
            raise NOT_ACCEPTED.error("percent", value=self.percent, accepted="a percentage, an amount or a price")
        if self.percent is not None and not 0 <= self.percent <= _ALL:
            raise NOT_ACCEPTED.error("percent", value=self.percent, accepted="0 to 100")
        if self.amount is not None and self.amount < 0:
            raise NOT_ACCEPTED.error("amount", value=self.amount, accepted="0 or more")
        if self.price is not None and self.price < 0:
            raise NOT_ACCEPTED.error("price", value=self.price, accepted="0 or more")
        check_order(self.valid_from, self.valid_until)

    def fits(self, item: CatalogueItem, currency: str, channel: str, day: int) -> bool:
        """Return whether it lowers ``item``, priced in ``currency``, in ``channel`` on a day (a number of days)."""
        return (
            (self.percent is not None or self.currency in {"", currency})
            and first_day(self.valid_from) <= day <= last_day(self.valid_until)
            and (self.channels is None or channel in self.channels)
            and (
                item.variant in self.variants
                or (item.product or item.variant) in self.products
                or any(category in self.categories for category in item.categories)
            )
        )

    def lowers(self, price: Decimal) -> Decimal:
        """Return ``price`` less what it gives, or the price in its place, exact; may be below 0, or above it."""
        if self.price is not None:
            return self.price
        off = self.amount if self.amount is not None else EXACT.multiply(price, self.percent or _NONE).scaleb(-2, EXACT)
        return EXACT.subtract(price, off)


@frozen
class CataloguePrice:
    """The price of one unit with promotions.

    Attributes:
        amount: what is paid.
        original_amount: what is crossed out; the same where nothing lowered it.
        promotions: ids of those that lowered it, in order of application.

    """

    amount: Decimal
    original_amount: Decimal
    promotions: tuple[str, ...]


def catalogue_price(
    item: CatalogueItem,
    promotions: Iterable[CataloguePromotion],
    currency: str,
    *,
    channel: str = "",
    day: int,
    rounding: Rounding = HALF_UP,
    selection: CatalogueSelection = CatalogueSelection.ALL,
) -> CataloguePrice:
    """Return the price of ``item`` with the promotions that fit it, as ``selection`` says.

    Each price is rounded, and never goes below the item's lowest price; one that cannot lower it is not named. Of
    equal ones the first given counts.
    """
    fitting = [each for each in promotions if each.fits(item, currency, channel, day)]
    fitting.sort(key=lambda each: -each.priority)
    before = item.before
    if not fitting:
        return CataloguePrice(item.price, before, ())

    def lowered(price: Decimal, promotion: CataloguePromotion) -> Decimal:
        return max(rounding.apply(promotion.lowers(price), currency), item.lowest_price, _NONE)

    if selection is CatalogueSelection.BEST:
        able = [each for each in fitting if lowered(before, each) < before]
        highest = [each for each in able if each.priority == able[0].priority]
        if not highest:
            return CataloguePrice(before, before, ())
        best = min(highest, key=lambda each: lowered(before, each))
        return CataloguePrice(lowered(before, best), before, (best.id,))
    price = before
    named = []
    for promotion in [each for each in fitting if each.exclusive][:1] or fitting:
        after = lowered(price, promotion)
        if after < price:
            price = after
            named.append(promotion.id)
    return CataloguePrice(price, before, tuple(named))
