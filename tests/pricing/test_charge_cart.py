from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.explain import StepKind
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AddedCharge,
    AutoCharge,
    CartLine,
    ChargeCategory,
    ChargeKind,
    ChargeLevel,
    ChargeOverride,
    ChargeTier,
    DeliveryMode,
    Discount,
    OverridePermission,
    OverridePolicy,
    Personalisation,
    PriceBook,
    QuoteCharge,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def _book(*charges: AutoCharge, **more: Any) -> PriceBook:
    items = (
        Item("pen", "Pen", categories=("office",), base_price=_eur(30)),
        Item("desk", "Desk", categories=("furniture",), base_price=_eur(200)),
    )
    return PriceBook("b", "1", items=items, charges=charges, **more)


def _line(kind: ChargeKind, value: str, **more: Any) -> AutoCharge:
    return AutoCharge(tiers=(ChargeTier(value, kind),), currency="EUR", level=ChargeLevel.LINE, **more)


FREIGHT = AutoCharge(
    "freight", "EUR", (ChargeTier("9.95", to_amount=100), ChargeTier(5, ChargeKind.PERCENT, 100)), code="freight"
)
AIR = AutoCharge("air", "EUR", (ChargeTier(25),), code="freight", delivery_mode="AIR", category=ChargeCategory.SHIPPING)
ENGRAVING = _line(ChargeKind.PER_UNIT, "4.50", id="engraving", personalisation="engraving", products=("pen",))
WRAP = _line(ChargeKind.FIXED, "3.00", id="wrap", personalisation="wrap", category=ChargeCategory.PERSONALISATION)


def _charges(quote: Any) -> list[tuple[str, int, str]]:
    return [(each.id, each.line, str(each.amount.amount)) for each in quote.charges]


def test_the_order_pays_for_its_mode_and_each_line_for_its_own(desk: Any) -> None:
    """CC 3.2: header and line charges follow header and line modes, and add up."""
    bulky = _line(ChargeKind.FIXED, "12.00", id="crane", delivery_mode="TRUCK")
    cart = desk.cart(CartLine("pen", 1), CartLine("desk", 1, delivery_mode="TRUCK"), delivery_mode="AIR")
    quote = desk.quote(_book(FREIGHT, AIR, bulky), cart)
    assert _charges(quote) == [("air", 0, "25.00"), ("crane", 2, "12.00")]
    assert quote.total == quote.subtotal + _eur("37.00") + quote.tax


def test_modes_of_a_group_share_a_charge(desk: Any) -> None:
    modes = (DeliveryMode("AIR", group="fast"), DeliveryMode("BIKE", group="fast"), DeliveryMode("POST"))
    fast = AutoCharge("fast", "EUR", (ChargeTier(15),), code="freight", delivery_group="fast")
    book = _book(fast, AutoCharge("post", "EUR", (ChargeTier(4),), code="freight"), delivery_modes=modes)
    paid = {
        mode: _charges(desk.quote(book, desk.cart(CartLine("pen", 1), delivery_mode=mode)))
        for mode in ("AIR", "BIKE", "POST", "")
    }
    fast_one, slow_one = [("fast", 0, "15.00")], [("post", 0, "4.00")]
    assert paid == {"AIR": fast_one, "BIKE": fast_one, "POST": slow_one, "": slow_one}


def test_personalisation_is_paid_by_unit_or_by_line(desk: Any) -> None:
    """3 engraved pens at 4.50 are 13.50; the wrap is 3.00 for the line, however many."""
    wishes = (Personalisation("engraving", "Ada"), Personalisation("wrap"))
    quote = desk.quote(
        _book(ENGRAVING, WRAP), desk.cart(CartLine("pen", 3, personalisations=wishes), CartLine("desk", 1))
    )
    assert _charges(quote) == [("engraving", 1, "13.50"), ("wrap", 1, "3.00")]
    assert [each.per_unit for each in quote.charges] == [True, False]


def test_what_no_charge_is_for_cannot_be_done_to_the_goods(desk: Any) -> None:
    wishes = (Personalisation("wrap"), Personalisation("engraving"), Personalisation("perfume"))
    cart = desk.cart(CartLine("desk", 1, personalisations=wishes))
    assert desk.codes(_book(ENGRAVING, WRAP), cart) == [
        ("pricing.unknown_personalisation", "lines[0].personalisations[1].code"),
        ("pricing.unknown_personalisation", "lines[0].personalisations[2].code"),
    ]


def test_the_same_charge_of_two_lines_is_taxed_twice(desk: Any) -> None:
    wrap = _line(ChargeKind.PER_UNIT, "1.00", id="wrap", tax_category="standard")
    quote = desk.quote(_book(wrap), desk.cart(CartLine("pen", 1), CartLine("pen", 2)))
    assert [str(each.tax) for each in quote.charges] == ["0.22 EUR", "0.44 EUR"]
    assert [each.key for each in quote.charges] == ["charge:wrap:1", "charge:wrap:2"]


def test_a_charge_of_the_order_names_no_products() -> None:
    for scope in ({"products": ("pen",)}, {"personalisation": "wrap"}):
        with pytest.raises(InvalidValue) as refused:
            AutoCharge("x", "EUR", (ChargeTier(1),), **scope)
        assert refused.value.problem.code == "config.charge_scope"


def _changed(desk: Any, amount: str, role: str, policy: OverridePolicy, **more: Any) -> Any:
    book = _book(AutoCharge("freight", "EUR", (ChargeTier(20),)), overrides=policy)
    override = ChargeOverride("freight", _eur(amount), "loyal", **more)
    return book, desk.cart(CartLine("pen", 1), charge_overrides=(override,)), desk.facts(role=role)


LIMITS = OverridePolicy(
    (
        OverridePermission("clerk", charge_decrease_percent=Decimal(5)),
        OverridePermission("boss", charge_increase_percent=Decimal(10), charges_add=True),
    )
)


@pytest.mark.parametrize(
    ("role", "amount", "fits"),
    [
        ("clerk", "19.00", True),
        ("clerk", "18.99", False),
        ("clerk", "20.01", False),
        ("boss", "22.00", True),
        ("boss", "22.01", False),
    ],
)
def test_clerks_go_5_percent_down_and_bosses_10_up(desk: Any, role: str, amount: str, fits: bool) -> None:
    """A08: the published example of CC 8; 0 is nothing allowed."""
    book, cart, facts = _changed(desk, amount, role, LIMITS)
    if fits:
        charge = desk.quote(book, cart, facts).charges[0]
        assert (charge.amount, charge.original) == (_eur(amount), _eur(20))
        assert [step.rule for step in charge.explanation.steps] == ["pricing.charge", "pricing.charge_override"]
    else:
        assert desk.codes(book, cart, facts) == [("override.approval_required", "charge_overrides[0].amount")]


def test_a_second_person_approves_a_charge_within_an_own_limit(desk: Any) -> None:
    book, cart, _facts = _changed(desk, "22.00", "clerk", LIMITS)
    assert desk.quote(book, cart, desk.facts(approver="boss")).charges[0].amount == _eur("22.00")
    book, cart, _facts = _changed(desk, "22.01", "clerk", LIMITS)
    assert desk.codes(book, cart, desk.facts(approver="boss"))[0][0] == "override.approval_required"
    assert desk.codes(book, cart, desk.facts(approver="guest"))[0][0] == "authority.not_permitted"


def test_without_permissions_the_roles_own_limits_count(desk: Any) -> None:
    book, cart, facts = _changed(desk, "19.00", "clerk", OverridePolicy())
    assert desk.codes(book, cart, facts)[0][0] == "authority.approval_required"


def test_a_charge_that_is_not_made_or_has_no_reason_is_not_changed(desk: Any) -> None:
    book, cart, facts = _changed(desk, "20.00", "clerk", LIMITS, line=1)
    assert desk.codes(book, cart, facts) == [("pricing.unknown_charge", "charge_overrides[0].charge")]
    dollars = ChargeOverride("freight", Money("20.00", "USD"), "loyal")
    cart = desk.cart(CartLine("pen", 1), charge_overrides=(dollars,))
    assert desk.codes(book, cart) == [("money.currency_mismatch", "charge_overrides[0].amount")]
    twice = (ChargeOverride("freight", _eur(20), "loyal"),) * 2
    cart = desk.cart(CartLine("pen", 1), charge_overrides=twice)
    assert desk.codes(book, cart) == [("value.not_accepted", "charge_overrides[1].charge")]
    cart = desk.cart(CartLine("pen", 1), charge_overrides=(ChargeOverride("freight", _eur(20), ""),))
    assert desk.codes(book, cart) == [("override.reason_required", "charge_overrides[0].reason")]
    with pytest.raises(InvalidValue):
        ChargeOverride("freight", _eur("-0.01"), "loyal")


def test_a_charge_is_added_by_hand_for_the_order_or_for_each_unit(desk: Any) -> None:
    """2 pens at 1.25 are 2.50; the clerk adds no charge, the boss does."""
    added = (AddedCharge("card", _eur("1.25"), "gift", line=1, per_unit=True), AddedCharge("rush", _eur(7), "haste"))
    book, cart = _book(overrides=LIMITS), desk.cart(CartLine("pen", 2), added_charges=added)
    assert _charges(desk.quote(book, cart, desk.facts(role="boss"))) == [("card", 1, "2.50"), ("rush", 0, "7.00")]
    assert desk.codes(book, cart) == [
        ("override.exceeds_role_limit", "added_charges[0]"),
        ("override.exceeds_role_limit", "added_charges[1]"),
    ]
    assert _charges(desk.quote(book, cart, desk.facts(approver="boss")))[0] == ("card", 1, "2.50")
    assert desk.codes(book, cart, desk.facts(role="guest"))[0][0] == "authority.not_permitted"


def test_a_charge_is_added_once_and_to_a_line_that_is_there(desk: Any) -> None:
    book, boss = _book(FREIGHT), desk.facts(role="boss")
    for added, path in (
        (AddedCharge("freight", _eur(1), "x"), "added_charges[0].id"),
        (AddedCharge("card", _eur(1), "x", line=2), "added_charges[0].line"),
    ):
        cart = desk.cart(CartLine("pen", 1), added_charges=(added,))
        assert desk.codes(book, cart, boss) == [("value.not_accepted", path)]
    dollars = desk.cart(CartLine("pen", 1), added_charges=(AddedCharge("card", Money(1, "USD"), "x"),))
    assert desk.codes(book, dollars, boss) == [("money.currency_mismatch", "added_charges[0].amount")]
    with pytest.raises(InvalidValue):
        AddedCharge("card", _eur(1), "x", per_unit=True)


SHIPPED_FREE = StepKind("test.free", en="free", it="gratis", de="frei")


@given(amount=st.integers(0, 3000), cuts=st.lists(st.integers(-5, 1500), max_size=4))
def test_a_charge_and_what_was_taken_off_it_sum_to_what_it_was(desk: Any, amount: int, cuts: list[int]) -> None:
    """Properties 2 to 4: never below 0, gross stays, and the steps sum to the amount."""
    book = _book(AutoCharge("freight", "EUR", (ChargeTier(Decimal(amount) / 100),)))
    charge: QuoteCharge = desk.quote(book, desk.cart(CartLine("pen", 1))).charges[0]
    left = amount
    for cut in cuts:
        discount = Discount("free", _eur(str(Decimal(cut) / 100)))
        if 0 < cut <= left:
            charge = charge.lowered(discount, SHIPPED_FREE)
            left -= cut
        else:
            with pytest.raises(InvalidValue):
                charge.lowered(discount, SHIPPED_FREE)
    assert charge.amount.to_minor() == left == sum(step.delta.to_minor() for step in charge.explanation.steps)
    assert charge.gross.to_minor() == amount


@given(
    quantities=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    cents=st.integers(0, 500),
    percent=st.integers(0, 30),
)
def test_charges_of_lines_sum_to_what_arithmetic_says(
    desk: Any, quantities: list[int], cents: int, percent: int
) -> None:
    """Per unit: cents x units; percent of a line of 30.00 x quantity: 30 x quantity x percent cents."""
    wish = (Personalisation("wrap"),)
    each = _line(ChargeKind.PER_UNIT, str(Decimal(cents) / 100), id="each", personalisation="wrap")
    share = _line(ChargeKind.PERCENT, str(percent), id="share")
    cart = desk.cart(*(CartLine("pen", quantity, personalisations=wish) for quantity in quantities))
    quote = desk.quote(_book(each, share), cart)
    paid = sum(charge.amount.to_minor() for charge in quote.charges)
    assert paid == sum(quantity * cents + 30 * quantity * percent for quantity in quantities)
    assert quote.total.to_minor() == quote.subtotal.to_minor() + paid + quote.tax.to_minor()
