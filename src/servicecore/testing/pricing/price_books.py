"""A strategy for whole price books: small, and with every kind of rule in them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    AutoCharge,
    BreakPricing,
    ChargeKind,
    ChargeTier,
    Combination,
    MarginPolicy,
    Offer,
    PriceBook,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    RoundingPolicy,
    Selection,
    SubtotalFrom,
    TaxSettings,
)
from servicecore.testing.pricing.amounts import amounts
from servicecore.testing.pricing.coupons import coupons
from servicecore.testing.pricing.offers import offers

_ITEMS = ("A", "B", "C")


@st.composite
def price_books(
    draw: st.DrawFn,
    *,
    currency: str = "EUR",
    selection: Selection | None = None,
    most_offers: int = 4,
    exclusive: bool = True,
) -> PriceBook:
    """Draw a price book of three items with lists, offers, a coupon and charges.

    Args:
        draw: given by Hypothesis.
        currency: of every amount.
        selection: how offers are chosen; None draws it too.
        most_offers: how many offers at most.
        exclusive: whether offers may be exclusive.

    """
    items = tuple(
        Item(
            name,
            f"Item {name}",
            base_price=draw(amounts(currency)),
            cost=draw(st.one_of(st.none(), amounts(currency))),
            categories=("odd",) if name in "AC" else (),
        )
        for name in _ITEMS
    )
    given: tuple[Offer, ...] = tuple(
        draw(offers(_ITEMS, categories=("odd",), currency=currency, id=f"offer-{number}", exclusive=exclusive))
        for number in range(draw(st.integers(0, most_offers)))
    )
    return PriceBook(
        "drawn",
        "1",
        items=items,
        lists=draw(price_lists(currency)),
        offers=given,
        coupons=(draw(coupons(currency=currency)),) if draw(st.booleans()) else (),
        charges=(_freight(currency),) if draw(st.booleans()) else (),
        combination=Combination(selection=draw(st.sampled_from(Selection)) if selection is None else selection),
        rounding=RoundingPolicy(
            line=Rounding(digits=draw(st.sampled_from((None, 4)))),
            subtotal_from=draw(st.sampled_from(SubtotalFrom)),
        ),
        margin=MarginPolicy(Decimal(40), Decimal(20)),
        tax=TaxSettings(prices_include_tax=draw(st.booleans())),
    )


@st.composite
def price_lists(draw: st.DrawFn, currency: str = "EUR") -> tuple[PriceList, ...]:
    """Draw up to two lists with falling quantity breaks."""
    made: list[PriceList] = []
    for kind in draw(st.lists(st.sampled_from((PriceListType.BASE, PriceListType.SALE)), max_size=2, unique=True)):
        item, mode = draw(st.sampled_from(_ITEMS)), draw(st.sampled_from((PriceMode.MOST_SPECIFIC, PriceMode.LOWEST)))
        falling = sorted(draw(st.lists(amounts(currency), min_size=1, max_size=3)), key=lambda each: -each.amount)
        breaks = (1, 5, 10)
        rows = tuple(_row(item, price, least) for price, least in zip(falling, breaks, strict=False))
        made.append(PriceList(kind.value, rows, kind, mode=mode, breaks=draw(st.sampled_from(BreakPricing))))
    return tuple(made)


def _row(item: str, price: Money, least: int) -> PriceRow:
    return PriceRow(item, price, min_quantity=Decimal(least))


def _freight(currency: str) -> AutoCharge:
    tiers = (ChargeTier("5", to_amount="50"), ChargeTier("2.5", ChargeKind.PERCENT, from_amount="50"))
    return AutoCharge("freight", currency, tiers, tax_category="standard")
