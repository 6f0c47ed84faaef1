"""A selection of a plugin decides which offers are applied; the host applies, bounds and explains them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, ClassVar, cast

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.problems import LOCALES
from servicecore.pricing import compile_book
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.benefits import AddItem, AmountOff, PercentOff
from servicecore.pricing.promotions.broken_part import BrokenPart
from servicecore.pricing.promotions.combination import Combination, OfferOrder, UnitUse
from servicecore.pricing.promotions.conditions import Counted, QuantityBetween
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.selection import Contest, Pick, PluginSelection
from servicecore.pricing.promotions.target import Target

DAY = date(2026, 1, 15).toordinal()


@frozen
class Told(PluginSelection):
    """Chooses as the test says."""

    plugin: ClassVar[str] = "told"
    way: str = "none"

    def choose(self, contest: Contest) -> Pick | None:
        return cast("Pick | None", WAYS[self.way](contest))

    def describe(self) -> str:
        return self.way


def _least(contest: Contest) -> Pick | None:
    """The one offer that takes least off, and no other."""
    if contest.applied:
        return None
    least = min(contest.bids, key=lambda bid: (bid.amount, bid.offer.id))
    return Pick(least.offer.id, beats=tuple(bid.offer.id for bid in contest.bids if bid is not least))


def _best_of_each_line(contest: Contest) -> Pick | None:
    """The best offer of each line, as the built-in selection finds it."""
    taken = {line for bid in contest.applied for line in bid.lines}
    best: dict[str, tuple[Decimal, str]] = {}
    for bid in contest.bids:
        for share in bid.shares:
            if share.line not in taken and share.amount > best.get(share.line, (Decimal(0), ""))[0]:
                best[share.line] = (share.amount, bid.offer.id)
    if not best:
        return None
    winner = min(offer for _amount, offer in best.values())
    lines = tuple(line for line, (_amount, offer) in best.items() if offer == winner)
    rivals = tuple(bid.offer.id for bid in contest.bids if bid.offer.id != winner and set(bid.lines) & set(lines))
    return Pick(winner, lines, rivals)


WAYS: dict[str, Callable[[Contest], Any]] = {
    "none": lambda _contest: None,
    "all": lambda contest: Pick(contest.bids[0].offer.id),
    "least": _least,
    "best of each line": _best_of_each_line,
    "raises": lambda _contest: 1 // 0,
    "a name": lambda contest: contest.bids[0].offer.id,
    "a stranger": lambda _contest: Pick("stranger"),
    "a strange line": lambda contest: Pick(contest.bids[0].offer.id, ("99",)),
    "no line": lambda contest: Pick(contest.bids[0].offer.id, ()),
    "beats itself": lambda contest: Pick(contest.bids[0].offer.id, beats=(contest.bids[0].offer.id,)),
    "beats a stranger": lambda contest: Pick(contest.bids[0].offer.id, beats=("stranger",)),
}


def rules(way: str, **more: Any) -> Combination:
    return Combination(selection=Told(way), **more)


def teas(units: int = 1) -> BasketLine:
    return BasketLine("tea", "tea", Decimal(units), Decimal(10))


def jams(units: int = 1) -> BasketLine:
    return BasketLine("jam", "jam", Decimal(units), Decimal(4))


def run(way: str, offers: tuple[Offer, ...], *lines: BasketLine, **more: Any) -> BasketOutcome:
    return apply_to_basket(offers, rules(way, **more), Basket("EUR", lines), DAY)


def given_by(outcome: BasketOutcome) -> list[tuple[str, str, Decimal]]:
    return [(each.offer, each.line, each.amount) for each in outcome.shares]


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


TENTH = Offer("tenth", PercentOff(10))
FIFTH = Offer("fifth", PercentOff(20))
TWO = Offer("two", AmountOff(eur(2), on_order=True))


def test_the_offer_that_it_picks_is_applied_and_the_others_say_to_whom_they_lost() -> None:
    outcome = run("least", (FIFTH, TENTH, TWO), teas(2))
    assert given_by(outcome) == [("tenth", "tea", Decimal(2))]
    lost = {each.rule: each.reason for each in outcome.refused}
    assert lost.keys() == {"fifth", "two"}
    assert lost["fifth"].code == "pricing.offer_not_selected"
    assert lost["fifth"].text() == (
        "offers: the selection told.Told leaves 4.00 EUR off out, beside tenth; accepted: least"
    )
    assert len({lost["two"].text(locale) for locale in LOCALES}) == len(LOCALES)
    assert lost["two"].param("winner") == "tenth"


def test_one_that_picks_nothing_applies_nothing() -> None:
    outcome = run("none", (TENTH,), teas())
    assert not outcome.shares
    assert outcome.refused[0].reason.text() == (
        "offers: the selection told.Told leaves 1.00 EUR off out, beside -; accepted: none"
    )


@pytest.mark.parametrize("order", [OfferOrder.STAGES, OfferOrder.AS_GIVEN])
def test_picked_one_after_the_other_in_their_order_they_come_to_what_all_come_to(order: OfferOrder) -> None:
    offers = (TENTH, FIFTH, TWO)
    built_in = apply_to_basket(offers, Combination(order=order), Basket("EUR", (teas(3), jams(2))), DAY)
    outcome = run("all", offers, teas(3), jams(2), order=order)
    assert given_by(outcome) == given_by(built_in)
    assert outcome.applications == built_in.applications
    assert not outcome.refused


def test_an_offer_may_be_picked_for_some_lines() -> None:
    of_jam = Offer("jam off", AmountOff(eur(1), target=Target(items=("jam",))))
    outcome = run("best of each line", (TENTH, of_jam), teas(2), jams(2))
    assert sorted(given_by(outcome)) == [("jam off", "jam", Decimal(2)), ("tenth", "tea", Decimal(2))]
    assert not outcome.refused


LINES = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda units: (teas(units[0]), jams(units[1])))
OFFERS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from([(), ("tea",), ("jam",)])), min_size=1, max_size=4).map(
    lambda rows: tuple(
        Offer(f"o{number}", PercentOff(percent), target=Target(items=items))
        for number, (percent, items) in enumerate(rows)
    )
)


@given(OFFERS, LINES)
def test_the_best_offer_of_each_line_comes_to_the_highest_percentage_of_it(
    offers: tuple[Offer, ...], lines: tuple[BasketLine, ...]
) -> None:
    """By hand: of each line, the highest percentage among the offers on it."""
    outcome = run("best of each line", offers, *lines)
    for line in lines:
        percents = [
            cast("PercentOff", each.benefits[0]).percent for each in offers if each.target.items in ((), (line.id,))
        ]
        assert outcome.discount(line.id) == line.value * max(percents, default=Decimal(0)) / 100


@given(OFFERS, LINES)
def test_the_least_offer_is_the_least_of_all_that_give_something(
    offers: tuple[Offer, ...], lines: tuple[BasketLine, ...]
) -> None:
    outcome = run("least", offers, *lines)
    alone = [apply_to_basket((each,), Combination(), Basket("EUR", lines), DAY) for each in offers]
    amounts = [sum(share.amount for share in each.shares) for each in alone]
    assert sum(each.amount for each in outcome.shares) == min([each for each in amounts if each], default=0)
    assert {each.offer for each in outcome.shares} | {each.rule for each in outcome.refused} == {
        each.id for each in offers
    }


@pytest.mark.parametrize("way", [way for way in WAYS if way not in {"none", "all", "least", "best of each line"}])
def test_an_answer_that_cannot_be_refuses_the_quote_and_names_the_selection(way: str) -> None:
    with pytest.raises(BrokenPart) as refused:
        run(way, (TENTH, FIFTH), teas())
    assert (refused.value.problem.code, refused.value.problem.param("value")) == (
        "pricing.broken_offer_part",
        "told.Told",
    )


def test_what_offers_do_not_tolerate_and_their_limits_hold_as_ever() -> None:
    alone = evolve(FIFTH, exclusive=Exclusivity.CART)
    assert given_by(run("all", (alone, TENTH), teas())) == [("fifth", "tea", Decimal(2))]
    spent = evolve(FIFTH, limits=OfferLimits(total=1, used=1))
    short = evolve(FIFTH, limits=OfferLimits(budget=Budget(Measure.AMOUNT, Decimal(1))))
    for bounded, code in ((spent, "pricing.offer_limit"), (short, "pricing.offer_budget")):
        outcome = run("all", (bounded, TENTH), teas())
        assert given_by(outcome) == [("tenth", "tea", Decimal(1))]
        assert [each.reason.code for each in outcome.refused] == [code]


def test_an_offer_is_repeated_where_the_book_repeats_also_on_the_lines_of_a_pick() -> None:
    threes = (QuantityBetween(3, counted=Counted.TOGETHER),)
    one_off = Offer("three", AmountOff(eur(1)), conditions=threes)
    outcome = run("best of each line", (one_off,), teas(2), jams(2), repeat=True, unit_use=UnitUse.SPENT)
    # both lines together are four units, and each of them gets 1.00 off once
    assert {(line, amount) for _offer, line, amount in given_by(outcome)} == {
        ("tea", Decimal(2)),
        ("jam", Decimal(2)),
    }


def test_items_put_in_and_shipping_compete_with_nothing() -> None:
    gift = Offer("gift", AddItem("card", eur(1)))
    freight = Offer("freight", PercentOff(100, scope=Scope.SHIPPING))
    post = BasketLine("post", "post", Decimal(1), Decimal(5), shipping=True)
    outcome = run("none", (gift, freight, TENTH), teas(), post)
    assert [each.item for each in outcome.added] == ["card"]
    assert given_by(outcome) == [("freight", "post", Decimal(5))]
    assert [each.rule for each in outcome.refused] == ["tenth"]


def test_lanes_are_asked_one_after_the_other_and_an_unknown_one_is_refused() -> None:
    late = evolve(FIFTH, lane="late")
    outcome = run("least", (late, TENTH), teas(), lanes=("default", "late"))
    # "least" applies one offer of the cart: that of the first lane
    assert given_by(outcome) == [("tenth", "tea", Decimal(1))]
    with pytest.raises(InvalidValue, match="lane late"):
        compile_book(PriceBook("b", "1", offers=(late,), combination=rules("least")))


def test_every_order_of_the_same_picks_leaves_no_line_below_nothing() -> None:
    big = tuple(Offer(f"big{number}", AmountOff(eur(7))) for number in range(3))
    for offers in combinations(big, 2):
        outcome = run("all", offers, teas())
        assert outcome.discount("tea") == 10
