"""Rewards of a quote: promised after everything else, within limits and beside whatever is exclusive."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel.test_html import Page

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    ChargeCategory,
    ChargeTier,
    Combination,
    Exclusivity,
    Offer,
    OfferLimits,
    PercentOff,
    PriceBook,
    PromiseReward,
    Quote,
    RewardedLine,
    RewardKind,
    Selection,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.promotions import Budget, Keep, Measure, OfferCode, OfferGroup, OfferTrigger, Scope
from servicecore.storage.codec import JsonCodec
from servicecore.testing.pricing import price_books, quote_from
from servicecore.testing.pricing.carts import visits
from servicecore.testing.pricing.taste import taste_of
from servicecore.testing.pricing.till import Till


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


POINTS = PromiseReward("club", per_amount=eur("1.00"))
CREDIT = PromiseReward("wallet", RewardKind.CREDIT, percent=10)
TENTH = Offer("TENTH", PercentOff(10))
ITEMS = (
    Item("TEA", "Tea", base_price=eur("10.00")),
    Item("JAM", "Jam", base_price=eur("4.00")),
    Item("CARD", "Gift card", base_price=eur("50.00"), discountable=False),
)


def quote(*offers: Offer, lines: tuple[tuple[str, int], ...] = (("TEA", 3),), **more: Any) -> Quote:
    cart = {name: more.pop(name) for name in ("codes", "offers", "delivery_mode") if name in more}
    return quote_from(PriceBook("shop", "1", ITEMS, offers=offers, **more), *lines, **cart)


def given_by(found: Quote) -> dict[str, str]:
    return {each.offer: f"{each.quantity:f}" for each in found.rewards}


def lost(found: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code for each in found.not_applied}


def test_it_is_in_no_total_and_rests_on_the_lines_as_the_offers_left_them() -> None:
    """3 teas less a tenth are 27.00, 2 jams 8.00 less 0.80: 34.20."""
    found = quote(TENTH, Offer("CLUB", POINTS), Offer("BACK", CREDIT), lines=(("TEA", 3), ("JAM", 2)))
    assert (found.total, given_by(found)) == (eur("34.20"), {"CLUB": "34", "BACK": "3.42"})
    (club,) = [each for each in found.rewards if each.offer == "CLUB"]
    rests_on = [RewardedLine("1", Decimal(3), Decimal(27)), RewardedLine("2", Decimal(2), Decimal("7.20"))]
    assert list(club.lines) == rests_on
    assert (club.amount, found.rewards[0].amount) == (eur("0"), eur("3.42"))
    assert found.not_applied == ()


@pytest.mark.parametrize("selection", [each for each in Selection if each is not Selection.ALL])
def test_it_competes_with_nothing_under_any_selection(selection: Selection) -> None:
    offers = (TENTH, Offer("CLUB", POINTS), Offer("MORE", (PercentOff(20), PromiseReward("extra"))))
    found = quote(*offers, combination=Combination(selection=selection))
    applied = {each.offer for line in found.lines for each in line.discounts}
    assert given_by(found)["CLUB"] == str(int(found.subtotal.amount))
    assert ("MORE" in given_by(found)) is ("MORE" in applied)


def test_an_offer_that_lowers_too_promises_where_it_was_applied() -> None:
    both = Offer("BOTH", (PercentOff(10), PromiseReward("extra", quantity=5)), conditions=(ValueAtLeast(eur("30.00")),))
    assert given_by(quote(both)) == {"BOTH": "5"}
    small = quote(both, lines=(("TEA", 2),))
    assert (given_by(small), lost(small)) == ({}, {"BOTH": "pricing.condition_value"})


def test_what_is_promised_once_comes_as_often_as_its_offer_is_applied() -> None:
    """Each set of two teas is one application; what follows units counts all of them once."""
    rules = Combination(repeat=True)
    spent = PromiseReward("extra", quantity=5), PromiseReward("club", per_units=1)
    offer = Offer("PAIRS", (AmountOff(eur("1.00")), *spent), limits=OfferLimits(per_basket=2))
    assert [each.quantity for each in quote(offer, combination=rules).rewards] == [10, 3]


def test_a_condition_of_its_own_is_tested_on_what_everything_else_left() -> None:
    """3 teas are worth 30.00 before the tenth, and 27.00 after it."""
    coupon = Offer("NEXT", PromiseReward("SPRING", RewardKind.COUPON), conditions=(ValueAtLeast(eur("30.00")),))
    assert given_by(quote(coupon)) == {"NEXT": "1"}
    assert lost(quote(TENTH, coupon)) == {"NEXT": "pricing.condition_value"}


def test_too_little_for_one_is_told() -> None:
    found = quote(Offer("CLUB", PromiseReward("club", per_amount=eur("31.00"))))
    (told,) = found.not_applied
    assert told.reason.code == "pricing.offer_promises_nothing"
    assert "+ 1 / 31.00 EUR (club)" in told.reason.text("de")


def test_it_stands_beside_what_is_exclusive_and_stands_back_where_its_own_offer_is() -> None:
    alone = Offer("ALONE", PercentOff(50), exclusive=Exclusivity.CART, priority=9)
    assert given_by(quote(alone, Offer("CLUB", POINTS))) == {"CLUB": "15"}
    for exclusive in (Exclusivity.CART, Exclusivity.LINE, Exclusivity.UNIT):
        club = Offer("CLUB", POINTS, exclusive=exclusive)
        assert given_by(quote(club)) == {"CLUB": "30"}
        tea = evolve(TENTH, target=Target(items=("TEA",)))
        found = quote(tea, club, lines=(("TEA", 3), ("JAM", 1)))
        assert given_by(found) == ({} if exclusive is Exclusivity.CART else {"CLUB": "4"})
    first = Offer("A", POINTS, exclusive=Exclusivity.CART)
    found = quote(first, Offer("B", POINTS))
    assert (given_by(found), lost(found)) == ({"A": "30"}, {"B": "pricing.offer_not_combinable"})


def test_lists_of_offers_that_name_each_other_hold() -> None:
    club = Offer("CLUB", POINTS, not_combinable_with=("TENTH",))
    assert lost(quote(TENTH, club)) == {"CLUB": "pricing.offer_promises_nothing"}
    assert given_by(quote(TENTH, Offer("CLUB", POINTS, applies_to_discounted=False))) == {}


def test_of_a_group_the_cart_gets_one_whether_it_lowers_or_promises() -> None:
    rules = Combination(groups=(OfferGroup("spring", Keep.FIRST),))
    one, two = Offer("A", POINTS, group="spring"), Offer("B", PromiseReward("extra"), group="spring")
    found = quote(one, two, combination=rules)
    assert (given_by(found), lost(found)) == ({"A": "30"}, {"B": "pricing.offer_not_combinable"})
    found = quote(evolve(TENTH, group="spring"), one, two, combination=rules)
    assert (given_by(found), found.discount) == ({}, eur("3.00"))


def test_lines_closed_to_offers_earn_nothing() -> None:
    found = quote(Offer("CLUB", POINTS), lines=(("TEA", 1), ("CARD", 1)))
    assert given_by(found) == {"CLUB": "10"}
    assert lost(quote(Offer("CLUB", POINTS), lines=(("CARD", 1),))) == {"CLUB": "pricing.offer_line_closed"}


def test_a_code_or_a_name_releases_it() -> None:
    code = Offer("CLUB", POINTS, trigger=OfferTrigger.CODE, codes=(OfferCode("CLUB5"),))
    assert quote(code).rewards == ()
    (reward,) = quote(code, codes=("club5",)).rewards
    assert (reward.code, str(reward.quantity)) == ("CLUB5", "30")
    direct = Offer("CLUB", POINTS, trigger=OfferTrigger.DIRECT)
    assert given_by(quote(direct, offers=("CLUB",))) == {"CLUB": "30"}


def test_with_shipping_it_is_promised_where_that_was_freed() -> None:
    offer = Offer("SHIP", (PercentOff(100, scope=Scope.SHIPPING), PromiseReward("extra")))
    freight = AutoCharge("freight", "EUR", (ChargeTier(Decimal(5)),), category=ChargeCategory.SHIPPING)
    assert given_by(quote(offer, charges=(freight,))) == {"SHIP": "1"}
    assert given_by(quote(offer)) == {}


def test_limits_count_it_and_budgets_count_the_credit() -> None:
    """10 % of 30.00 is 3.00; a budget of 2.99 has no room for it."""
    fits, over = (
        Offer("BACK", CREDIT, limits=OfferLimits(budget=Budget(Measure.AMOUNT, each))) for each in ("3", "2.99")
    )
    (use,) = quote(fits).offer_uses
    assert (use.offer, use.times, use.amount) == ("BACK", 1, eur("3.00"))
    assert lost(quote(over)) == {"BACK": "pricing.offer_budget"}
    club = Offer("CLUB", POINTS, limits=OfferLimits(total=2, used=1))
    (use,) = quote(club).offer_uses
    assert (use.times, use.amount) == (1, eur("0"))
    used_up = quote(evolve(club, limits=OfferLimits(total=2, used=2)))
    assert (given_by(used_up), lost(used_up)) == ({}, {"CLUB": "pricing.offer_limit"})
    both = Offer("BOTH", (PercentOff(10), CREDIT), limits=OfferLimits(budget=Budget(Measure.AMOUNT, "5.69")))
    assert lost(quote(both)) == {"BOTH": "pricing.offer_budget"}
    (use,) = quote(evolve(both, limits=OfferLimits(budget=Budget(Measure.AMOUNT, "5.70")))).offer_uses
    assert use.amount == eur("5.70")  # 3.00, and a tenth of 27.00


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "offer CLUB member: promises 30 points (club): 1 / 1.00 EUR on 30.00 EUR"),
        ("it", "offerta CLUB member: promette 30 punti (club): 1 / 1.00 EUR su 30.00 EUR"),
        ("de", "Angebot CLUB member: verspricht 30 Punkte (club): 1 / 1.00 EUR auf 30.00 EUR"),
    ],
)
def test_text_and_page_and_stored_form_say_it(locale: str, said: str) -> None:
    found = quote(Offer("CLUB", POINTS, name="member"))
    assert said in found.explain(locale).splitlines()
    assert ["CLUB", said] in [list(row) for row in Page(found.html(locale)).rows]
    codec = JsonCodec()
    assert codec.decode(Quote, codec.encode(found)) == found


@settings(max_examples=60)
@given(st.data(), price_books())
def test_no_reward_changes_a_price_and_none_is_more_than_its_lines_make_it(
    data: st.DataObject, book: PriceBook
) -> None:
    """Whatever the book: with a point for each cent, a quote is the same to the cent, and says as many points."""
    visit = data.draw(visits(taste_of(Till(book))))
    penny = Money.from_minor(1, visit.cart.currency)
    club = Offer("club", PromiseReward("club", per_amount=penny), exclusive=data.draw(st.sampled_from(Exclusivity)))
    before, after = (Till(each).answer(visit) for each in (book, evolve(book, offers=(*book.offers, club))))
    if isinstance(before, Refusal) or isinstance(after, Refusal):
        assert before == after
        return
    bare = evolve(after, rewards=(), not_applied=tuple(each for each in after.not_applied if each.rule != "club"))
    assert evolve(bare, explanation=before.explanation) == before
    assert after.total == before.total
    for reward in after.rewards:
        lines = {str(line.number): line for line in after.lines}
        assert sum((each.weight for each in reward.lines), Decimal(0)) == reward.base
        assert all(each.weight == lines[each.line].net.amount for each in reward.lines)
        assert reward.quantity == int(reward.base / penny.amount)
