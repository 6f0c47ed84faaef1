"""Either the offers on lines or those on the order: what takes more off the goods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AddItem,
    AmountOff,
    AutoCharge,
    Budget,
    Bundle,
    BuyGet,
    CartLine,
    ChargeCategory,
    ChargeTier,
    Combination,
    Exclusivity,
    Keep,
    Measure,
    Offer,
    OfferCode,
    OfferGroup,
    OfferLimits,
    OfferTrigger,
    PercentOff,
    PriceBook,
    QuantityBetween,
    Quote,
    Selection,
    SetPrice,
    Spread,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.promotions.apply_to_basket import apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.combination import OfferOrder


def eur(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS: Final = (
    Item("tea", "Tea", base_price=eur("10.00")),
    Item("jam", "Jam", base_price=eur("4.00")),
    Item("card", "Card", base_price=eur("1.00")),
)
FREIGHT: Final = AutoCharge("freight", "EUR", (ChargeTier("6.90"),), category=ChargeCategory.SHIPPING)
TENTH: Final = Offer("tenth", PercentOff(10), target=Target(("tea",)))
FIVE: Final = Offer("five", AmountOff(eur(5), on_order=True))
CARD: Final = AddItem("card", eur("1.00"), per_units=Decimal(100), quantity=Decimal(1))


def book(*offers: Offer, charges: tuple[AutoCharge, ...] = (), **rules: Any) -> PriceBook:
    rules = {"selection": Selection.BEST_SIDE, **rules}
    return PriceBook("b", "1", ITEMS, offers=offers, charges=charges, combination=Combination(**rules))


def quoted(desk: Any, *offers: Offer, **rules: Any) -> Quote:
    """Quote 3 teas at 10.00 and 2 jams at 4.00, 38.00 in all."""
    made: Quote = desk.quote(book(*offers, **rules), desk.cart(CartLine("tea", 3), CartLine("jam", 2)))
    return made


def nets(quote: Quote) -> list[str]:
    return [str(line.net.amount) for line in quote.lines]


def lost(quote: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code.removeprefix("pricing.") for each in quote.not_applied}


def test_the_side_that_takes_more_off_wins_and_the_other_is_told_both_amounts(desk: Any) -> None:
    """A tenth off 3 teas is 3.00, five off the order 5.00: 5.00 x 30/38 is 3.95 of the tea, 1.05 of the jam."""
    quote = quoted(desk, TENTH, FIVE)
    assert nets(quote) == ["26.05", "6.95"]
    (told,) = quote.not_applied
    assert told.rule == "tenth"
    assert told.reason.text("en") == ("offers: 3.00 EUR off loses to the offer five; accepted: more than 5.00 EUR")
    # Two off the order is less than 3.00.
    quote = quoted(desk, TENTH, evolve(FIVE, benefits=AmountOff(eur(2), on_order=True)))
    assert nets(quote) == ["27.00", "8.00"]
    (told,) = quote.not_applied
    assert told.reason.text("en") == ("offers: 2.00 EUR off loses to the offer tenth; accepted: more than 3.00 EUR")


def test_of_equal_sides_the_offers_on_lines_win(desk: Any) -> None:
    three = evolve(FIVE, benefits=AmountOff(eur(3), on_order=True))
    assert nets(quoted(desk, TENTH, three)) == ["27.00", "8.00"]
    assert nets(quoted(desk, TENTH, evolve(three, benefits=AmountOff(eur("3.01"), on_order=True)))) != ["27.00", "8.00"]


def test_the_offers_of_a_side_compound_and_are_weighed_together(desk: Any) -> None:
    """1.00 off each tea and a tenth of the 27.00 left are 5.70, more than 5.00, though neither alone is."""
    one = Offer("one", AmountOff(eur(1)), target=Target(("tea",)))
    quote = quoted(desk, TENTH, one, FIVE)
    assert (nets(quote), lost(quote)) == (["24.30", "8.00"], {"five": "offer_lost"})
    # Five and a tenth of the 33.00 left are 8.30: the offers on lines lose, both for the same amounts.
    more = Offer("more", PercentOff(10, on_order=True))
    quote = quoted(desk, TENTH, one, FIVE, more)
    assert quote.subtotal == eur("29.70")
    assert {each.reason.text("en") for each in quote.not_applied} == {
        "offers: 5.70 EUR off loses to the offer five; accepted: more than 8.30 EUR"
    }
    assert set(lost(quote)) == {"tenth", "one"}


@pytest.mark.parametrize("order", OfferOrder)
def test_each_side_sees_prices_without_the_other(desk: Any, order: OfferOrder) -> None:
    """Five off from 36.00: beside the tenth 35.00 would be left, alone it is 38.00."""
    from_36 = evolve(FIVE, conditions=(ValueAtLeast(eur(36)),))
    assert quoted(desk, TENTH, from_36, order=order).subtotal == eur(33)
    if order is not OfferOrder.STAGES:
        assert quoted(desk, TENTH, from_36, order=order, selection=Selection.ALL).subtotal == eur(35)


def test_an_offer_of_the_lost_side_that_could_not_be_applied_says_why(desk: Any) -> None:
    ten_teas = evolve(TENTH, id="ten teas", conditions=(QuantityBetween(10),))
    nothing = evolve(TENTH, id="nothing", benefits=PercentOff(0))
    assert lost(quoted(desk, TENTH, ten_teas, nothing, FIVE)) == {
        "tenth": "offer_lost",
        "ten teas": "condition_quantity",
        "nothing": "offer_gives_nothing",
    }


def test_a_side_of_which_nothing_can_be_applied_beats_nobody(desk: Any) -> None:
    """The side of the order takes nothing off and puts a card in; it stays, for no offer on lines can be applied."""
    gift = Offer("gift", (AmountOff(eur(0), on_order=True), evolve(CARD, per_units=Decimal(1))))
    never = evolve(TENTH, conditions=(QuantityBetween(10),))
    quote = quoted(desk, never, gift)
    assert (quote.lines[-1].item, lost(quote)) == ("card", {"tenth": "condition_quantity"})


def test_a_code_whose_side_lost_is_told_by_its_code(desk: Any) -> None:
    coded = evolve(TENTH, trigger=OfferTrigger.CODE, codes=(OfferCode("SAVE"),))
    cart = desk.cart(CartLine("tea", 3), CartLine("jam", 2), codes=("save",))
    quote = desk.quote(book(coded, FIVE), cart)
    assert (quote.subtotal, lost(quote)) == (eur(33), {"SAVE": "offer_lost"})


@pytest.mark.parametrize("other", [FIVE, evolve(FIVE, benefits=AmountOff(eur(2), on_order=True))])
def test_what_puts_items_in_or_is_about_shipping_alone_stays(desk: Any, other: Offer) -> None:
    gift = Offer("gift", evolve(CARD, per_units=Decimal(5)))
    freight = Offer("freight", PercentOff(100, scope=Scope.SHIPPING))
    made = book(TENTH, other, gift, freight, charges=(FREIGHT,))
    quote = desk.quote(made, desk.cart(CartLine("tea", 3), CartLine("jam", 2)))
    assert quote.lines[-1].item == "card"
    assert quote.charges[0].amount == eur(0)
    assert len(quote.not_applied) == 1


def test_what_an_offer_of_the_lost_side_gives_on_shipping_is_lost_too(desk: Any) -> None:
    """A tenth of all goods is 3.80, with half of the freight: it loses to five off the order, not to two."""
    both = Offer("both", (PercentOff(10), PercentOff(50, scope=Scope.SHIPPING)))
    cart = desk.cart(CartLine("tea", 3), CartLine("jam", 2))
    assert desk.quote(book(both, FIVE, charges=(FREIGHT,)), cart).charges[0].amount == eur("6.90")
    two = evolve(FIVE, benefits=AmountOff(eur(2), on_order=True))
    assert desk.quote(book(both, two, charges=(FREIGHT,)), cart).charges[0].amount == eur("3.45")


def test_an_offer_on_goods_and_shipping_together_keeps_to_the_side_that_lowered_the_goods(desk: Any) -> None:
    whole = Offer("whole", PercentOff(10, on_order=True, scope=Scope.LINES_AND_SHIPPING))
    cart = desk.cart(CartLine("tea", 3), CartLine("jam", 2))
    quote = desk.quote(book(TENTH, whole, charges=(FREIGHT,)), cart)
    assert (quote.subtotal, quote.charges[0].amount) == (eur(35), eur("6.90"))
    assert lost(quote) == {"whole": "offer_not_combinable"}
    # 38.00 less 5.00, less a tenth; the freight less a tenth.
    quote = desk.quote(book(FIVE, whole, charges=(FREIGHT,)), cart)
    assert (quote.subtotal, quote.charges[0].amount) == (eur("29.70"), eur("6.21"))
    quote = desk.quote(book(whole, charges=(FREIGHT,)), cart)
    assert (quote.subtotal, quote.charges[0].amount) == (eur("34.20"), eur("6.21"))


def test_exclusivity_holds_within_a_side(desk: Any) -> None:
    """The exclusive tenth is alone on its side; the order's five take more, and it is not first in the cart."""
    alone = evolve(TENTH, exclusive=Exclusivity.CART, priority=9)
    one = Offer("one", AmountOff(eur(1)), target=Target(("tea",)))
    two = evolve(FIVE, benefits=AmountOff(eur(2), on_order=True))
    assert quoted(desk, alone, one, FIVE).subtotal == eur(33)
    quote = quoted(desk, alone, one, two)
    assert (nets(quote), lost(quote)) == (
        ["27.00", "8.00"],
        {"one": "offer_not_combinable", "five": "offer_lost"},
    )
    whole = evolve(FIVE, exclusive=Exclusivity.CART)
    assert quoted(desk, TENTH, one, whole).subtotal == eur("32.30")


def test_a_gift_beyond_its_budget_keeps_no_offer_of_its_group_away(desk: Any) -> None:
    """A card for each tea is 3.00 and does not fit 2.99: five off the order is the one of its group, and beats 3.00.

    Where the cards fit they are that one, so that nothing comes off on the order; beside the tenth there are none.
    """
    tenth = evolve(TENTH, exclusive=Exclusivity.UNIT, priority=10)
    five = evolve(FIVE, group="g")
    for limit, expected in (("2.99", ["26.05", "6.95"]), ("3.00", ["27.00", "8.00"])):
        gift = Offer(
            "gift",
            evolve(CARD, per_units=Decimal(1)),
            target=TENTH.target,
            exclusive=Exclusivity.UNIT,
            priority=9,
            group="g",
            limits=OfferLimits(budget=Budget(Measure.AMOUNT, limit)),
        )
        assert nets(quoted(desk, tenth, gift, five, groups=(OfferGroup("g", Keep.FIRST),))) == expected, limit


def test_limits_and_budgets_hold_within_a_side(desk: Any) -> None:
    """Ten off does not fit a budget of 6.00, so the tenth wins; 2.00 off once are less than 3.00, twice 4.00 more."""
    kept = OfferLimits(budget=Budget(Measure.AMOUNT, Decimal(6)))
    ten = evolve(FIVE, benefits=AmountOff(eur(10), on_order=True), limits=kept)
    quote = quoted(desk, TENTH, ten)
    assert (nets(quote), lost(quote)) == (["27.00", "8.00"], {"five": "offer_budget"})
    for times, subtotal in ((1, 35), (2, 34)):
        two = evolve(FIVE, benefits=AmountOff(eur(2), on_order=True), limits=OfferLimits(per_basket=times))
        limited = evolve(TENTH, limits=OfferLimits(per_basket=1))
        assert quoted(desk, limited, two, repeat=True).subtotal == eur(subtotal)


def test_groups_and_stops_hold_within_a_side(desk: Any) -> None:
    """Of the group the lines' side gets 1.00 off each tea, the order's side its five: 3.00 against 5.00."""
    one = Offer("one", AmountOff(eur(1)), target=Target(("tea",)), group="spring")
    half = Offer("half", AmountOff(eur("0.50")), target=Target(("tea",)), group="spring")
    groups = (OfferGroup("spring", Keep.HIGHEST),)
    assert quoted(desk, one, half, evolve(FIVE, group="spring"), groups=groups).subtotal == eur(33)
    two = evolve(FIVE, benefits=AmountOff(eur(2), on_order=True), group="spring")
    quote = quoted(desk, one, half, two, groups=groups)
    assert (quote.subtotal, lost(quote)) == (eur(35), {"half": "offer_not_combinable", "five": "offer_lost"})
    stops = evolve(one, group="", stops=True, priority=1)
    assert quoted(desk, stops, TENTH, evolve(FIVE, benefits=AmountOff(eur(4), on_order=True))).subtotal == eur(34)


def test_an_offer_with_a_benefit_on_lines_is_of_their_side(desk: Any) -> None:
    both = Offer("both", (AmountOff(eur(1), on_order=True), AmountOff(eur(1), target=Target(("jam",)))))
    quote = quoted(desk, both, FIVE)
    assert (quote.subtotal, lost(quote)) == (eur(33), {"both": "offer_lost"})
    # 1.00 off both lines, 0.79 of it the tea's; 1.00 off each jam; a tenth of 29.21 leaves 26.29, beside 5.79.
    assert nets(quoted(desk, both, TENTH, FIVE)) == ["26.29", "5.79"]


def test_what_the_customer_saves_is_compared_not_fractions_of_a_cent(desk: Any) -> None:
    """A tenth of three lines at 0.04 is 0.012 in all, yet each line still costs 0.04; a cent off the order is more."""
    pins = tuple(Item(name, "Pin", base_price=eur("0.04")) for name in ("red", "green", "blue"))
    cent = Offer("cent", AmountOff(eur("0.01"), on_order=True))
    made = evolve(book(evolve(TENTH, target=Target()), cent), items=pins)
    quote = desk.quote(made, desk.cart(*(CartLine(pin.id, 1) for pin in pins)))
    assert (quote.subtotal, lost(quote)) == (eur("0.11"), {"tenth": "offer_lost"})


def test_in_a_basket_shipping_is_no_part_of_the_goods() -> None:
    """The order's half takes 30 off shipping, but of the goods only the other's 20: on lines 21 are more."""
    lines = (
        BasketLine("a", "A", Decimal(1), Decimal(40)),
        BasketLine("s", "POST", Decimal(1), Decimal(60), shipping=True),
    )
    half = Offer("half", PercentOff(50, on_order=True, scope=Scope.LINES_AND_SHIPPING))
    less = Offer("less", AmountOff(eur(21)))
    rules = Combination(selection=Selection.BEST_SIDE)
    outcome = apply_to_basket((half, less), rules, Basket("EUR", lines), 1)
    assert [(each.offer, each.amount) for each in outcome.applications] == [("less", Decimal(21))]
    less = evolve(less, benefits=AmountOff(eur(19)))
    outcome = apply_to_basket((half, less), rules, Basket("EUR", lines), 1)
    assert [(each.offer, each.amount) for each in outcome.applications] == [("half", Decimal(50))]


TARGETS = st.sampled_from((Target(), Target(("tea",)), Target(("tea", "jam"))))
CENTS = st.integers(1, 900).map(lambda cents: eur(Decimal(cents).scaleb(-2)))
PERCENT = st.integers(0, 300).map(lambda tenths: Decimal(tenths) / 10)
LINE_BENEFITS: st.SearchStrategy[Any] = st.one_of(
    st.builds(PercentOff, PERCENT),
    st.builds(AmountOff, CENTS, spread=st.sampled_from(Spread)),
    st.builds(SetPrice, CENTS),
    st.builds(BuyGet, st.just(2), st.just(1)),
    st.builds(Bundle, size=st.just(2), price=CENTS),
)
ORDER_BENEFITS: st.SearchStrategy[Any] = st.one_of(
    st.builds(PercentOff, PERCENT, on_order=st.just(True)),
    st.builds(AmountOff, CENTS, on_order=st.just(True)),
)
CONDITIONS: st.SearchStrategy[Any] = st.one_of(
    st.builds(QuantityBetween, st.integers(1, 4)),
    st.builds(ValueAtLeast, st.integers(1, 60).map(eur)),
)


@st.composite
def offers(draw: st.DrawFn) -> tuple[Offer, ...]:
    kinds = draw(st.lists(st.sampled_from(("line", "line", "order", "order", "gift")), min_size=1, max_size=6))
    made = []
    for number, kind in enumerate(kinds):
        benefits = {
            "line": st.lists(LINE_BENEFITS, min_size=1, max_size=2).map(tuple),
            "order": st.lists(ORDER_BENEFITS, min_size=1, max_size=2).map(tuple),
            "gift": st.just((CARD if number % 2 else evolve(CARD, per_units=Decimal(1)),)),
        }[kind]
        limits = OfferLimits(
            per_basket=1, budget=draw(st.none() | st.builds(Budget, st.just(Measure.AMOUNT), st.integers(1, 9)))
        )
        made.append(
            Offer(
                f"{kind}-{number}",
                draw(benefits),
                target=draw(TARGETS),
                conditions=draw(st.lists(CONDITIONS, max_size=1).map(tuple)),
                priority=draw(st.integers(0, 2)),
                exclusive=draw(st.sampled_from((Exclusivity.NO, Exclusivity.NO, *Exclusivity))),
                stops=draw(st.booleans()),
                group=draw(st.sampled_from(("", "", "g"))),
                limits=limits,
            )
        )
    return tuple(made)


RULES = st.fixed_dictionaries(
    {
        "order": st.sampled_from(OfferOrder),
        "repeat": st.booleans(),
        "groups": st.sampled_from(Keep).map(lambda keep: (OfferGroup("g", keep),)),
    }
)


@settings(max_examples=200, deadline=None)
@given(offers(), RULES, st.integers(1, 5), st.integers(1, 5))
def test_the_cart_is_quoted_as_from_the_better_of_two_books(
    desk: Any, drawn: tuple[Offer, ...], rules: dict[str, Any], teas: int, jams: int
) -> None:
    """One book without the offers on the order, one without those on lines, all applied in each: the cheaper goods."""
    cart = desk.cart(CartLine("tea", teas), CartLine("jam", jams))

    def of(*kinds: str, selection: Selection = Selection.ALL) -> Quote:
        kept = [each for each in drawn if each.id.partition("-")[0] in kinds]
        made: Quote = desk.quote(book(*kept, selection=selection, **rules), cart)
        return made

    def goods(quote: Quote) -> Decimal:
        return sum((line.net.amount for line in quote.lines if line.item != "card"), Decimal(0))

    on_lines, on_order = of("line", "gift"), of("order", "gift")
    expected, beaten = (on_lines, on_order) if goods(on_lines) <= goods(on_order) else (on_order, on_lines)
    quote = of("line", "order", "gift", selection=Selection.BEST_SIDE)
    assert [(line.item, line.net, line.discounts) for line in quote.lines] == [
        (line.item, line.net, line.discounts) for line in expected.lines
    ]
    assert goods(quote) == min(goods(on_lines), goods(on_order))
    gave = {each.offer for line in beaten.lines for each in line.discounts if not each.offer.startswith("gift")}
    told = {each.rule: each.reason for each in quote.not_applied}
    if goods(quote) < goods(beaten) or gave:
        assert {name for name, reason in told.items() if reason.code == "pricing.offer_lost"} >= gave
