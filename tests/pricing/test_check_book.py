"""A book as a whole: what compiling it would refuse is found at once, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    AutoCharge,
    Catalogue,
    CataloguePromotion,
    Combination,
    Coupon,
    DeliveryMode,
    FreeProduct,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceList,
    PriceMode,
    Selection,
    SourceCode,
)
from servicecore.pricing.charges import ChargeTier
from servicecore.pricing.check_book import book_problems
from servicecore.pricing.compile import compile_book
from servicecore.pricing.promotions.benefits import AddItem
from servicecore.pricing.promotions.offer_codes import OfferCode

TEA = Item("TEA", "Tea", base_price=Money("10.00", "EUR"))
SOUND = PriceBook("shop", "1", (TEA,))
TENTH = PercentOff(Decimal(10))
CHARGE = AutoCharge("freight", "EUR", (ChargeTier(Decimal(5)),))
CODED = Offer("coded", TENTH, trigger=OfferTrigger.CODE, codes=(OfferCode("SPRING"),))
GIFT = AddItem("MUG", Money("8.00", "EUR"))

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "items": ({"items": (TEA, TEA)}, ["items[1].id"]),
    "lists": ({"lists": (PriceList("l", ()), PriceList("l", ()))}, ["lists[1].id"]),
    "modes": (
        {"lists": (PriceList("b", ()), PriceList("a", (), mode=PriceMode.LOWEST), PriceList("c", (), priority=1))},
        ["lists[1].mode"],
    ),
    "offers": (
        {
            "offers": (Offer("x", TENTH), Offer("x", GIFT), Offer("y"), Offer("z", TENTH, lane="fast")),
            "combination": Combination(selection=Selection.BEST_SINGLE),
        },
        ["offers[1].id", "offers[1].benefits[0].item", "offers[2].benefits", "offers[3].lane"],
    ),
    "repeats": (
        {"offers": (Offer("x", TENTH),), "combination": Combination(repeat=True)},
        ["offers[0].limits.per_basket"],
    ),
    "codes": (
        {
            "offers": (CODED, evolve(CODED, id="again")),
            "coupons": (Coupon("c", ("spring",), offer="coded"), Coupon("d", (), offer="nix")),
        },
        ["offers[1].codes", "coupons[0].codes", "coupons[1].offer", "coupons[1].codes"],
    ),
    "charges": ({"charges": (CHARGE, CHARGE)}, ["charges[1].id"]),
    "promotions": (
        {
            "catalogue_promotions": (
                CataloguePromotion("p", amount=Decimal(1), products=("TEA",)),
                CataloguePromotion("q", percent=Decimal(1)),
            )
        },
        ["catalogue_promotions[0].currency", "catalogue_promotions[1]"],
    ),
    "catalogues": (
        {
            "catalogues": (Catalogue("c", free_products=(FreeProduct("MUG"),)), Catalogue("c")),
            "source_codes": (SourceCode("s", "nix"), SourceCode("S", "c")),
        },
        ["catalogues[1].id", "catalogues[0].free_products[0].item", "source_codes[0].catalogue", "source_codes[1]"],
    ),
    "modes of delivery": ({"delivery_modes": (DeliveryMode("m"), DeliveryMode("m"))}, ["delivery_modes[1].code"]),
    "conversions": (
        {"conversions": (Conversion("case", "each", 12), Conversion("each", "case", 1), Conversion("x", "x", 1))},
        ["conversions[1]", "conversions[2]"],
    ),
    "zone": ({"zone": "Mars/Base"}, ["zone"]),
}


def _book(*names: str) -> PriceBook:
    parts: dict[str, Any] = {}
    for name in names:
        parts |= WRONG[name][0]
    return evolve(SOUND, **parts)


@pytest.mark.parametrize("name", WRONG)
def test_every_refusal_stands_at_its_place(name: str) -> None:
    book = _book(name)
    assert [each.path for each in book_problems(book)] == WRONG[name][1]
    with pytest.raises(InvalidValue) as refused:
        compile_book(book)
    assert refused.value.problem.code in {each.code for each in book_problems(book)}


@settings(max_examples=60)
@given(names=st.sets(st.sampled_from([each for each in WRONG if each not in {"modes", "repeats", "codes"}])))
def test_no_mistake_hides_another(names: set[str]) -> None:
    """A book with several parts wrong has the problems of each; a sound one has none and compiles."""
    book = _book(*sorted(names))
    assert sorted(each.path for each in book_problems(book)) == sorted(
        path for name in names for path in WRONG[name][1]
    )
    if not names:
        compile_book(book)
