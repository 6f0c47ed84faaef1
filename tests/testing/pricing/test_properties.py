"""The kit on sound books: every property holds or says why it is not tested; and what a finding looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.allocation import Remainder
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    AmountOff,
    BreakPricing,
    Bundle,
    BuyGet,
    Cart,
    CartLine,
    Combination,
    Coupon,
    CouponTier,
    Exclusivity,
    Offer,
    OfferLimits,
    OfferOrder,
    PercentOff,
    PriceBook,
    PriceList,
    PriceRow,
    RoundingPolicy,
    Selection,
    Spread,
    Target,
    TaxSettings,
    Tier,
    Tiered,
    compile_book,
)
from servicecore.pricing.promotions.combination import PercentBase, Tie, UnitPick, UnitUse
from servicecore.testing.pricing import (
    PROPERTIES,
    BasePricingProperties,
    NothingToSell,
    PropertyBroken,
    Till,
    Visit,
    coupons,
    load_price_book,
    price_books,
    side_by_side,
    taste_of,
    visits,
)

ROASTERY = Path(__file__).parents[3] / "examples" / "price_books" / "roastery.yaml"
TESTS = sorted(name for name in dir(BasePricingProperties) if name.startswith("test_"))
UNTESTED = {20: "no list with graduated prices"}
"""The properties that need what the engine does not have yet, and the word by which the reason says so."""


class TestRoastery(BasePricingProperties):
    """What a user writes, on the example; fewer carts, and always the same ones."""

    book = load_price_book(ROASTERY)
    max_examples = 15
    derandomize = True


def _run(book: PriceBook, name: str, **settings: Any) -> str:
    """Return ``holds`` or the reason why the property is not tested."""
    parts = {"book": book, "max_examples": 8, "derandomize": True, **settings}
    properties = type("TestBook", (BasePricingProperties,), parts)()
    try:
        getattr(properties, name)()
    except pytest.skip.Exception as reason:
        return str(reason)
    return "holds"


def test_every_property_is_a_test_with_a_name_and_a_sentence() -> None:
    assert [int(name[5:7]) for name in TESTS] == list(range(1, 46)) == sorted(PROPERTIES)
    for name in TESTS:
        assert (getattr(BasePricingProperties, name).__doc__ or "").strip().endswith("."), name


def test_the_base_class_is_not_collected() -> None:
    assert not BasePricingProperties.__name__.startswith("Test")


@pytest.mark.parametrize("name", [each for each in TESTS if int(each[5:7]) not in {15, 16, 17, 32, 33, 35, *UNTESTED}])
@pytest.mark.parametrize("kind", ["inside", "cash", "fine", "optimal", "side"])
def test_a_sound_shop_keeps_the_properties_under_other_settings(
    shop_with: Callable[..., PriceBook], held: Any, kind: str, name: str
) -> None:
    """Tax in the prices; lines rounded to five cents, or to four decimals with fractions of units; the best price."""
    chosen = {"optimal": Selection.OPTIMAL, "side": Selection.BEST_SIDE}
    book = shop_with(chosen.get(kind, Selection.ALL), held)
    more: dict[str, Any] = {}
    if kind == "inside":
        book = evolve(book, tax=TaxSettings(prices_include_tax=True))
    elif kind == "cash":
        book = evolve(book, rounding=RoundingPolicy(line=Rounding(step=Decimal("0.05"))))
    else:
        book = evolve(book, rounding=RoundingPolicy(line=Rounding(digits=4)))
        more = {"fractions": True}
    assert _run(book, name, **more) == "holds"


@pytest.mark.parametrize("number", sorted(UNTESTED))
def test_what_the_engine_lacks_is_skipped_with_its_reason(shop_with: Callable[..., PriceBook], number: int) -> None:
    name = next(each for each in TESTS if int(each[5:7]) == number)
    assert UNTESTED[number] in _run(shop_with(), name)


@pytest.mark.parametrize("name", [each for each in TESTS if each[5:7] in {"15", "16", "17", "45"}])
@pytest.mark.parametrize("selection", [Selection.ALL, Selection.BEST_SINGLE, Selection.BEST_SIDE, Selection.OPTIMAL])
def test_the_best_price_is_tried_with_every_selection(
    shop_with: Callable[..., PriceBook], selection: Selection, name: str
) -> None:
    """A book by priority promises none: it is tried with the selection `optimal` instead."""
    assert _run(shop_with(selection), name) == "holds"


def test_a_tolerated_property_is_skipped_with_the_books_reason(shop_with: Callable[..., PriceBook]) -> None:
    assert _run(shop_with(), TESTS[3], tolerated={4: "we pay customers"}) == "tolerated: we pay customers"


def test_a_book_that_sells_nothing_is_a_failure_not_a_skip() -> None:
    with pytest.raises(NothingToSell, match="no item of the book empty"):
        _run(PriceBook("empty", "1"), TESTS[0])


def test_a_finding_shows_the_cart_and_both_explanations(shop_with: Callable[..., PriceBook]) -> None:
    till = Till(shop_with())
    taste = taste_of(till)
    goods = taste.goods[0][1][0]
    cart = compile_and_quote(till, goods.item)
    finding = str(PropertyBroken(7, "they differ", cart[0], one=cart[1], other=cart[2]))
    assert finding.startswith("property 7, line order independence")
    assert "1: 1 x" in finding
    assert "one " in finding
    assert "| other" in finding
    assert " * " in finding


def compile_and_quote(till: Till, item: str) -> tuple[Visit, Any, Any]:
    from servicecore.pricing import Cart, CartLine

    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    one = Visit(Cart("C-1", "EUR", (CartLine(item, Decimal(1)),)), at)
    two = Visit(Cart("C-1", "EUR", (CartLine(item, Decimal(2)),)), at)
    return one, till.quote(one), till.quote(two)


def test_columns_mark_the_lines_that_differ() -> None:
    assert side_by_side(("left", "same\nthis"), ("right", "same\nthat\nmore"), width=6).split("\n") == [
        "left   | right",
        "------ | ------",
        "same   | same",
        "this   * that",
        "       * more",
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(price_books(), st.data())
def test_drawn_books_compile_and_drawn_carts_are_of_the_book(book: PriceBook, data: st.DataObject) -> None:
    compile_book(book)
    visit = data.draw(visits(taste_of(Till(book))))
    assert {line.item for line in visit.cart.lines} <= {item.id for item in book.items}
    assert all(line.quantity > 0 for line in visit.cart.lines)


@settings(max_examples=30, deadline=None)
@given(coupons())
def test_drawn_coupons_are_valid(coupon: Any) -> None:
    assert coupon.tiers
    assert all(isinstance(tier.minimum, Money) for tier in coupon.tiers)


def test_two_codes_of_one_coupon_each_take_its_amount_off() -> None:
    """2.00 off for each code: together 4.00, which is no part lost or added."""
    tiers = (CouponTier(Money("15", "EUR"), "2"),)
    coupon = Coupon("welcome", ("WELCOME", "CIAO"), tiers=tiers, target=Target(items=("A",)), limit_per_order=None)
    items = tuple(Item(name, name, base_price=Money("20", "EUR")) for name in "AB")
    book = PriceBook("codes", "1", items=items, coupons=(coupon,))
    cart = Cart("C", "EUR", (CartLine("A", 1), CartLine("B", 1)), codes=("WELCOME", "CIAO"))
    visit = Visit(cart, datetime(2026, 3, 2, tzinfo=UTC))
    assert Till(book).quote(visit).subtotal == Money("36.00", "EUR")
    assert _run(book, "test_01_allocation_conserves", visits=lambda _self: st.just(visit)) == "holds"


class TestTaste:
    """What the taste finds in a book, by hand from the shop of these tests."""

    at: ClassVar = datetime(2026, 3, 2, tzinfo=UTC)

    def test_breaks_and_their_neighbours_are_among_the_quantities(self, shop_with: Callable[..., PriceBook]) -> None:
        taste = taste_of(Till(shop_with()))
        apple = next(each for each in taste.goods[0][1] if each.item == "A")
        assert {Decimal(each) for each in (4, 5, 6, 11, 12, 13)} <= set(apple.quantities)

    def test_names_are_those_of_the_book(self, shop_with: Callable[..., PriceBook]) -> None:
        taste = taste_of(Till(shop_with()), channels=("shop",))
        assert taste.channels == ("web", "shop")
        assert taste.groups == ("trade",)
        assert taste.customers == ("C-7",)
        assert taste.codes == ("SESAME", "WELCOME", "CIAO", "OLD")
        assert taste.direct == ("NAMED",)

    def test_days_are_the_edges_of_validities_with_most_of_the_book_first(
        self, shop_with: Callable[..., PriceBook]
    ) -> None:
        """WEB holds in February and March, one cost to 14 February: on that day most is valid."""
        days = [day.isoformat() for day in taste_of(Till(shop_with())).days]
        assert days[0] == "2026-02-14"
        assert {"2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01", "2026-02-15"} <= set(days)


BY_RULE = {
    "as they stand": Combination(order=OfferOrder.AS_GIVEN),
    "equal priorities": Combination(
        order=OfferOrder.PRIORITY, base=PercentBase.ORIGINAL, unit_use=UnitUse.SPENT, repeat=True
    ),
    "buy first": Combination(order=OfferOrder.BUY_GET_FIRST, unit_pick=UnitPick.BASKET),
    "the last line takes the rest": Combination(order=OfferOrder.AS_GIVEN, remainder=Remainder.LAST_LINE),
    "the better side": Combination(selection=Selection.BEST_SIDE),
    "one for each line": Combination(selection=Selection.BEST_SINGLE, tie=Tie.LAST, remainder=Remainder.FIRST_LINES),
}


@pytest.mark.parametrize("number", [1, 7, 8, 21, 22, 43])
@pytest.mark.parametrize("rule", BY_RULE)
def test_what_a_book_orders_by_rule_is_not_called_broken(
    rule: str, number: int, shop_with: Callable[..., PriceBook]
) -> None:
    """Where place or position is the book's rule, the property is tried without it or skipped, with the reason."""
    three = Offer("THREE", AmountOff(Money("1.01", "EUR"), spread=Spread.ACROSS))
    sets = Offer("SETS", BuyGet(buy=2, get=1), target=Target(("C",)))
    offers = (evolve(each, limits=OfferLimits(per_basket=2)) for each in (*shop_with().offers, three, sets))
    book = evolve(shop_with(), combination=BY_RULE[rule], offers=tuple(offers))
    said = _run(book, next(each for each in TESTS if int(each[5:7]) == number), max_examples=20)
    assert said == "holds" or "place" in said or "basket" in said


POT = Item("POT", "Pot", base_price=Money("27.48", "EUR"), lowest_price=Money("15.74", "EUR"))
MUG = Item("MUG", "Mug", base_price=Money("17.27", "EUR"), lowest_price=Money("9.57", "EUR"))
HALF = Offer("HALF", BuyGet(2, 1, percent=Decimal(50)), limits=OfferLimits(per_basket=2))
SETS = Offer("SETS", Bundle(size=3, percent=Decimal(12)), limits=OfferLimits(per_basket=3))
STEPS = Offer("STEPS", Tiered(Decimal(0), (Tier(50, 3), Tier(100, 6))), limits=OfferLimits(per_basket=1))
TENTH = Offer("TENTH", PercentOff(10), exclusive=Exclusivity.LINE)


@pytest.mark.parametrize("number", [7, 21, 22, 28, 29])
@pytest.mark.parametrize(
    "offers", [(), (HALF,), (HALF, SETS), (STEPS,), (HALF, TENTH)], ids=["none", "half", "sets", "steps", "exclusive"]
)
@pytest.mark.parametrize("lines", [((1, "POT"), (3, "MUG")), ((2, "MUG"), (2, "MUG")), ((11, "MUG"),)], ids=str)
def test_lowest_prices_and_offers_on_single_units_are_not_called_broken(
    lines: tuple[tuple[int, str], ...], offers: tuple[Offer, ...], number: int
) -> None:
    """Each of these carts was called broken by a property that does not hold for such a book."""
    book = PriceBook("pots", "1", items=(POT, MUG), offers=offers)
    cart = Cart("C", "EUR", tuple(CartLine(item, quantity) for quantity, item in lines))
    visit = Visit(cart, datetime(2026, 3, 2, tzinfo=UTC))
    name = next(each for each in TESTS if int(each[5:7]) == number)
    said = _run(book, name, max_examples=10, visits=lambda _self, **_only: st.just(visit))
    assert said == "holds" or "no cart drawn" in said


def test_what_the_engine_raises_is_told_with_the_cart(
    shop_with: Callable[..., PriceBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> Any:
        raise ZeroDivisionError("no rate")

    monkeypatch.setattr(Till, "quote", fail)
    with pytest.raises(PropertyBroken, match="broken: ZeroDivisionError: no rate") as told:
        _run(shop_with(), TESTS[3])
    assert "customer" in str(told.value)
    assert isinstance(told.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("number", [20, 26])
def test_a_base_price_beside_graduated_lists_is_not_called_broken(number: int) -> None:
    """The pot has no row, and costs more than any; the probe's own list counts its breaks as the book's does."""
    rows = (PriceRow("MUG", Money("5", "EUR"), min_quantity=1), PriceRow("MUG", Money("4", "EUR"), min_quantity=5))
    lists = (PriceList("graduated", rows, breaks=BreakPricing.GRADUATED),)
    book = PriceBook("pots", "1", items=(POT, evolve(MUG, lowest_price=None)), lists=lists)
    name = next(each for each in TESTS if int(each[5:7]) == number)
    assert _run(book, name, max_examples=20) == "holds"


@pytest.mark.parametrize("selection", Selection)
def test_drawn_books_know_every_selection(selection: Selection) -> None:
    book = find(price_books(), lambda each: each.combination.selection is selection)
    assert compile_book(book).book.combination.selection is selection
