"""The bench and the plain executor come to the same figures, steps and reasons wherever both can be used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from attrs import evolve, frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    AllOf,
    AmountOff,
    AnyOf,
    AttributeOf,
    CartContains,
    CartLine,
    Combination,
    Counted,
    Coupon,
    Exclusivity,
    HasAttribute,
    InChannel,
    IsCustomer,
    Not,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    QuantityBetween,
    Quote,
    RoundingPolicy,
    Selection,
    SetPrice,
    Spread,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions import apply_offers
from servicecore.pricing.promotions.bench import View
from servicecore.pricing.promotions.benefits import PlainBenefit, Proposal
from servicecore.pricing.promotions.combination import HOUSE, PercentBase
from servicecore.pricing.promotions.conditions import Condition
from servicecore.pricing.promotions.money_off import share
from servicecore.pricing.promotions.situation import L, Situation


def eur(cents: int) -> Money:
    return Money(Decimal(cents).scaleb(-2), "EUR")


ITEMS = (
    Item("A", "Apple", base_price=eur(333), categories=("food",)),
    Item("B", "Bread", base_price=eur(1999), categories=("food",), attributes=(("colour", "brown"),)),
    Item("C", "Chair", base_price=eur(4801)),
    Item("D", "Never", base_price=eur(5000), discountable=False),
)
NAMES = tuple(f"o{number}" for number in range(5))
TARGETS = st.sampled_from(
    (Target(), Target(("A",)), Target(("A", "B")), Target(categories=("food",)), Target(excluded_items=("A",)))
)
CENTS = st.integers(1, 3000).map(eur)
LINE_SPREAD = st.sampled_from((Spread.EACH_UNIT, Spread.EACH_LINE))
BENEFITS = st.one_of(
    st.builds(PercentOff, st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10), on_order=st.booleans()),
    st.builds(AmountOff, CENTS, spread=LINE_SPREAD),
    st.builds(AmountOff, CENTS, on_order=st.just(True)),
    st.builds(SetPrice, CENTS, spread=LINE_SPREAD),
    st.builds(SetPrice, CENTS, on_order=st.just(True)),
)
SIMPLE: st.SearchStrategy[Any] = st.one_of(
    st.builds(QuantityBetween, st.integers(0, 4), counted=st.sampled_from(Counted), target=st.none() | TARGETS),
    st.builds(ValueAtLeast, st.integers(0, 9000).map(eur), st.booleans(), st.none() | TARGETS),
    st.builds(CartContains, TARGETS, st.sampled_from((None, Decimal(1), Decimal(3)))),
    st.just(InChannel(("web",))),
    st.just(IsCustomer(("C1",))),
    st.just(HasAttribute("colour", ("brown",), AttributeOf.ITEM)),
)
CONDITIONS = st.one_of(
    SIMPLE,
    st.builds(Not, SIMPLE),
    st.lists(SIMPLE, min_size=1, max_size=2).map(tuple).map(AnyOf),
    st.lists(SIMPLE, min_size=1, max_size=2).map(tuple).map(AllOf),
)
OFFERS = st.builds(
    Offer,
    id=st.sampled_from(NAMES),
    benefits=BENEFITS,
    trigger=st.sampled_from((OfferTrigger.AUTOMATIC, OfferTrigger.AUTOMATIC, OfferTrigger.DIRECT, OfferTrigger.CODE)),
    target=TARGETS,
    conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
    valid_until=st.sampled_from((None, None, date(2026, 1, 14))),
    priority=st.integers(0, 1),
    exclusive=st.sampled_from((Exclusivity.NO, Exclusivity.NO, Exclusivity.LINE, Exclusivity.CART)),
    applies_to_discounted=st.booleans(),
)


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    offers = draw(st.lists(OFFERS, min_size=1, max_size=5, unique_by=lambda offer: offer.id))
    coded = [offer.id for offer in offers if offer.trigger is OfferTrigger.CODE]
    step = draw(st.sampled_from((None, Decimal("0.05"))))
    return PriceBook(
        "b",
        "1",
        items=ITEMS,
        offers=tuple(offers),
        combination=Combination(selection=draw(st.sampled_from((Selection.ALL, Selection.BEST_SINGLE)))),
        coupons=tuple(Coupon(name, (name,), offer=name) for name in coded),
        rounding=RoundingPolicy(line=Rounding(step=step) if step else Rounding(digits=draw(DIGITS))),
    )


DIGITS = st.sampled_from((None, None, 4, 0))


@st.composite
def carts(draw: st.DrawFn, desk: Any, book: PriceBook) -> Any:
    named = [offer.id for offer in book.offers if offer.trigger is not OfferTrigger.CODE]
    names = st.lists(st.sampled_from(named), max_size=2, unique=True) if named else st.just([])
    lines = [
        CartLine(draw(st.sampled_from("ABCD")), draw(st.sampled_from((1, 2, 3, Decimal("0.5")))), offers=draw(names))
        for _ in range(draw(st.integers(1, 12)))
    ]
    codes = [offer.id for offer in book.offers if offer.trigger is OfferTrigger.CODE]
    return desk.cart(*lines, codes=codes, channel=draw(st.sampled_from(("", "web"))), offers=tuple(draw(names)))


def told(quote: Quote) -> Any:
    """Return every figure, step and reason; in no order where several offers lost."""
    lines = [
        (
            line.net,
            line.discounts,
            [(step.rule, step.delta, step.params) for step in line.explanation.steps],
            sorted((each.rule, each.reason.code) for each in line.explanation.not_applied),
        )
        for line in quote.lines
    ]
    return quote.total, lines, sorted((each.rule, each.reason.code) for each in quote.not_applied)


@settings(max_examples=300, deadline=None)
@given(st.data(), books())
def test_both_executors_come_to_the_same_quote(desk: Any, data: st.DataObject, book: PriceBook) -> None:
    assume(all(offer.plain for offer in book.offers))
    cart = data.draw(carts(desk, book))
    plainly = desk.quote(book, cart)
    with patch.object(apply_offers, "apply_plainly", None), patch.object(Combination, "plain", new=False):
        on_bench = desk.quote(book, cart)
    assert told(on_bench) == told(plainly)


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ({}, True),
        ({"benefits": PercentOff(10, on_order=True)}, True),
        ({"benefits": (PercentOff(10), PercentOff(10))}, False),
        ({"benefits": PercentOff(10, target=Target(("A",)))}, False),
        ({"benefits": PercentOff(10, spread=Spread.ACROSS)}, False),
        ({"exclusive": Exclusivity.CART}, True),
        ({"exclusive": Exclusivity.UNIT}, False),
        ({"lane": "late"}, False),
        ({"combinable_with": ("other",)}, False),
        ({"skip_conditions": True}, False),
    ],
)
def test_an_offer_knows_whether_it_is_plain(change: dict[str, Any], plain: bool) -> None:
    assert evolve(Offer("o", PercentOff(10)), **change).plain is plain


def test_only_the_house_and_its_best_single_are_a_plain_combination() -> None:
    assert HOUSE.plain
    assert Combination(selection=Selection.BEST_SINGLE).plain
    assert not Combination(selection=Selection.CONCURRENCY).plain
    assert not Combination(selection=Selection.BEST_SIDE).plain
    assert not Combination(repeat=True).plain


@frozen
class EvenLines(Condition):
    """An application's own condition: lines with an even number."""

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        kept = tuple([line for line in lines if situation.units(line) % 2 == 0])
        return kept or NOT_ACCEPTED.at("quantity", value="odd", accepted="even")


@frozen
class LastCents(PlainBenefit):
    """An application's own benefit: the cents of a line, or of the order."""

    @property
    def text(self) -> str:
        return "-cents"

    def settles(self, rules: Combination) -> bool:
        return rules.base is PercentBase.REMAINING

    def off_line(self, line: LineInProgress) -> Decimal:
        return line.exact % 1

    def off_sum(self, value: Decimal) -> Decimal:
        return value % 1

    def work_out(self, view: View) -> Proposal:
        return Proposal(tuple([share(view, line, view.left(line) % 1, line.quantity) for line in self.lines(view)]))


@pytest.mark.parametrize("combination", [HOUSE, Combination(repeat=True)])
def test_parts_of_an_application_are_applied_by_both(desk: Any, combination: Combination) -> None:
    own: Any = {"benefits": LastCents(), "conditions": (EvenLines(),)}
    book = PriceBook("b", "1", items=ITEMS, offers=(Offer("own", **own),), combination=combination)
    quote = desk.quote(book, desk.cart(CartLine("A", 2), CartLine("B", 1)))
    # 6.66 loses its cents, 19.99 is of one unit
    assert [str(line.net.amount) for line in quote.lines] == ["6.00", "19.99"]
