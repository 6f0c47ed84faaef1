from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    CartLine,
    CostRow,
    DraftQuote,
    FloorCost,
    Offer,
    OverridePermission,
    OverridePolicy,
    PercentOff,
    PriceBook,
    PriceOverride,
    Quote,
    TaxSettings,
    compile_book,
    finish_quote,
    price_cart,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


BOOK = PriceBook("b", "1", items=(Item("A", "Thing", base_price=_eur(200), cost=_eur(100)),))
FLOORS = OverridePolicy(
    permissions=(
        OverridePermission("clerk", Decimal(5), FloorCost.ITEM_COST),
        OverridePermission("boss", None),
    )
)
WITH_FLOORS = evolve(BOOK, overrides=FLOORS)


def _cart(desk: Any, price: str | int, reason: str = "loyal", currency: str = "EUR") -> Any:
    return desk.cart(CartLine("A", 1, override=PriceOverride(Money(Decimal(price), currency), reason)))


def test_the_original_price_stays_in_the_explanation(desk: Any) -> None:
    line = desk.quote(BOOK, _cart(desk, 180)).lines[0]
    assert (line.overridden, line.list_price, line.unit_price, line.net) == (True, _eur(200), _eur(180), _eur(180))
    deltas = [(step.rule, step.delta) for step in line.explanation.steps]
    assert deltas == [("pricing.list_price", _eur(200)), ("pricing.override", _eur(-20))]
    assert "mia" in line.explanation.text("it")


@pytest.mark.parametrize(("price", "fits"), [("180.00", True), ("179.99", False), ("250", True)])
def test_a_role_goes_as_far_below_the_price_as_its_limit(desk: Any, price: str, fits: bool) -> None:
    """Clerks go 10 percent below 200.00; nothing limits a higher price."""
    if fits:
        assert desk.quote(BOOK, _cart(desk, price)).lines[0].net == _eur(price)
    else:
        codes = desk.codes(BOOK, _cart(desk, price))
        assert codes == [("authority.approval_required", "lines[0].override.approver")]


@pytest.mark.parametrize(("price", "fits"), [("105.00", True), ("104.99", False), ("80.00", False)])
def test_a_floor_of_5_percent_over_a_cost_of_100_is_105(desk: Any, price: str, fits: bool) -> None:
    if fits:
        assert desk.quote(WITH_FLOORS, _cart(desk, price)).lines[0].net == _eur(price)
    else:
        codes = desk.codes(WITH_FLOORS, _cart(desk, price))
        assert codes == [("override.below_floor", "lines[0].override.unit_price")]


@pytest.mark.parametrize("price", ["99.00", "0.01"])
def test_a_markup_of_zero_of_an_old_system_is_no_floor(desk: Any, price: str) -> None:
    permission = OverridePermission.from_ax("clerk", floor_cost=FloorCost.ITEM_COST)
    book = evolve(BOOK, overrides=OverridePolicy((permission,)))
    assert desk.quote(book, _cart(desk, price)).lines[0].net == _eur(price)


@pytest.mark.parametrize(("price", "fits"), [("199.99", False), ("200.00", True), ("201.00", True)])
@pytest.mark.parametrize("include_tax", [False, True])
def test_a_price_below_its_floor_may_be_raised_and_kept(desk: Any, price: str, fits: bool, include_tax: bool) -> None:
    """The floor is 250.00 without tax, 305.00 with 22 percent; the price is 200.00: only a lower one needs a limit."""
    policy = OverridePolicy((OverridePermission("clerk", Decimal(150)),))
    book = evolve(BOOK, overrides=policy, tax=TaxSettings(prices_include_tax=include_tax))
    draft = price_cart(compile_book(book), _cart(desk, price), desk.facts(), "Q1")
    answer = finish_quote(draft, desk.tax(draft)) if isinstance(draft, DraftQuote) else draft
    if fits:
        assert isinstance(answer, Quote)
        assert answer.lines[0].unit_price == _eur(price)
    else:
        assert isinstance(answer, Refusal)
        assert [each.code for each in answer.problems] == ["override.below_floor"]


def test_our_own_markup_of_zero_is_a_floor_at_cost(desk: Any) -> None:
    book = evolve(BOOK, overrides=OverridePolicy((OverridePermission("clerk", Decimal(0)),)))
    assert desk.quote(book, _cart(desk, "100.00")).lines[0].net == _eur(100)
    assert desk.codes(book, _cart(desk, "99.99")) == [("override.below_floor", "lines[0].override.unit_price")]


def test_a_second_person_with_a_wider_limit_approves(desk: Any) -> None:
    cart = _cart(desk, 50)
    assert desk.quote(BOOK, cart, desk.facts(approver="boss")).lines[0].net == _eur(50)
    assert desk.quote(WITH_FLOORS, cart, desk.facts(approver="boss")).lines[0].net == _eur(50)
    assert desk.codes(WITH_FLOORS, cart, desk.facts(approver="clerk")) == [
        ("override.below_floor", "lines[0].override.unit_price")
    ]
    assert desk.codes(WITH_FLOORS, cart, desk.facts(approver="guest")) == [("authority.not_permitted", "actor")]
    own = evolve(desk.facts(), approver=desk.facts(role="clerk").actor)
    assert desk.codes(WITH_FLOORS, cart, own) == [("override.below_floor", "lines[0].override.unit_price")]


def test_a_role_without_the_right_sets_no_price(desk: Any) -> None:
    assert desk.codes(BOOK, _cart(desk, 190), desk.facts(role="guest")) == [("authority.not_permitted", "actor")]
    only_boss = evolve(BOOK, overrides=OverridePolicy(FLOORS.permissions[1:]))
    assert desk.codes(only_boss, _cart(desk, 190)) == [("override.exceeds_role_limit", "lines[0].override")]


def test_an_unknown_cost_leaves_it_to_roles_without_a_floor(desk: Any) -> None:
    book = evolve(WITH_FLOORS, items=(Item("A", "Thing", base_price=_eur(200)),))
    assert desk.codes(book, _cart(desk, 190)) == [("override.cost_unknown", "lines[0].override")]
    assert desk.quote(book, _cart(desk, 190), desk.facts(role="boss")).lines[0].net == _eur(190)


def test_the_floor_stands_on_the_cost_that_the_permission_names(desk: Any) -> None:
    """The history says 150.00, the item 100.00."""
    margin = OverridePolicy((OverridePermission("clerk", Decimal(5), FloorCost.MARGIN_COST),))
    history = evolve(WITH_FLOORS, costs=(CostRow("A", _eur(150)),))
    assert desk.quote(history, _cart(desk, 105)).lines[0].net == _eur(105)
    assert desk.codes(evolve(history, overrides=margin), _cart(desk, "157.49")) == [
        ("override.below_floor", "lines[0].override.unit_price")
    ]
    assert desk.quote(evolve(history, overrides=margin), _cart(desk, "157.50")).lines[0].net == _eur("157.50")


def test_a_reason_of_the_list_is_required(desk: Any) -> None:
    assert desk.codes(BOOK, _cart(desk, 190, " ")) == [("override.reason_required", "lines[0].override.reason")]
    book = evolve(BOOK, overrides=OverridePolicy(reasons=("damaged",)))
    assert desk.codes(book, _cart(desk, 190)) == [("override.reason_required", "lines[0].override.reason")]
    assert desk.quote(book, _cart(desk, 190, "damaged")).lines[0].overridden


def test_a_price_below_zero_or_of_another_currency_is_refused(desk: Any) -> None:
    boss = desk.facts(role="boss")
    assert desk.codes(BOOK, _cart(desk, -1), boss) == [("value.not_accepted", "lines[0].override.unit_price")]
    codes = desk.codes(BOOK, _cart(desk, 190, currency="USD"))
    assert codes == [("money.currency_mismatch", "lines[0].override.unit_price")]


def test_a_markup_below_zero_is_refused() -> None:
    with pytest.raises(InvalidValue):
        OverridePermission("clerk", Decimal(-1))


@given(price=st.integers(1, 300), percent=st.integers(1, 100), policy=st.booleans())
def test_offers_touch_a_price_set_by_hand_only_where_the_policy_says_so(
    desk: Any, price: int, percent: int, policy: bool
) -> None:
    """Property 39."""
    book = evolve(BOOK, offers=(Offer("o", PercentOff(percent)),), overrides=OverridePolicy(offers_on_override=policy))
    quote = desk.quote(book, _cart(desk, price), desk.facts(role="boss"))
    line = quote.lines[0]
    assert line.list_price == _eur(200)
    if policy:
        assert line.net.amount * 100 == price * (100 - percent)
    else:
        assert line.net == _eur(price)
        assert [each.reason.code for each in quote.not_applied] == ["pricing.offer_line_closed"]


def test_what_takes_no_offers_takes_none_on_a_price_set_by_hand_either(desk: Any) -> None:
    items = (evolve(BOOK.items[0], discountable=False),)
    policy = OverridePolicy(offers_on_override=True)
    book = evolve(BOOK, items=items, offers=(Offer("o", PercentOff(50)),), overrides=policy)
    assert desk.quote(book, _cart(desk, 190)).lines[0].net == _eur(190)


@given(cents=st.integers(0, 30000), markup=st.integers(0, 150))
def test_a_price_is_allowed_exactly_from_the_floor_on(desk: Any, cents: int, markup: int) -> None:
    """Property 5; the floor of a cost of 100.00 in cents is 10000 + 100 * markup, and the price before 20000."""
    book = evolve(BOOK, overrides=OverridePolicy((OverridePermission("clerk", Decimal(markup)),)))
    cart = _cart(desk, str(Decimal(cents) / 100))
    if cents >= min(10000 + 100 * markup, 20000):
        assert desk.quote(book, cart).lines[0].net.to_minor() == cents
    else:
        assert desk.codes(book, cart)[0][0] == "override.below_floor"


@pytest.mark.parametrize(("price", "fits"), [("128.10", True), ("128.09", False), ("105.00", False)])
def test_a_floor_is_a_price_without_tax_also_where_prices_contain_it(desk: Any, price: str, fits: bool) -> None:
    """105.00 over a cost of 100.00 are 128.10 with 22 percent in it; the tax is known only in the end."""
    book = evolve(WITH_FLOORS, tax=TaxSettings(prices_include_tax=True))
    draft = desk.draft(book, _cart(desk, price))
    answer = finish_quote(draft, desk.tax(draft))
    if fits:
        assert isinstance(answer, Quote)
    else:
        assert isinstance(answer, Refusal)
        assert [(each.code, each.path) for each in answer.problems] == [
            ("override.below_floor", "lines[0].override.unit_price")
        ]
    assert isinstance(
        finish_quote(desk.draft(book, _cart(desk, price), desk.facts(approver="boss")), desk.tax(draft)), Quote
    )


def test_nobody_approves_an_own_override_with_another_role(desk: Any) -> None:
    """The same person as approver is no second one, whatever roles come with it."""
    own = evolve(desk.facts(), approver=Actor("mia", roles=("boss",)))
    assert desk.codes(WITH_FLOORS, _cart(desk, 50), own) == [("override.below_floor", "lines[0].override.unit_price")]
    assert desk.codes(BOOK, _cart(desk, 50), own) == [("authority.approver_is_actor", "lines[0].override.approver")]
