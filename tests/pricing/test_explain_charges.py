"""What charges say: how an amount came about, and what is wrong with a rule, a change by hand or an addition."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
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
    OverridePermission,
    OverridePolicy,
    Personalisation,
    PriceBook,
    QuoteCharge,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (Item("pen", "Pen", base_price=_eur(30)), Item("desk", "Desk", base_price=_eur(200)))
FREE_HAND = OverridePolicy(
    (OverridePermission("boss", charges_add=True, charge_increase_percent=None, charge_decrease_percent=None),)
)


def _book(*charges: AutoCharge, **more: Any) -> PriceBook:
    return PriceBook("b", "1", items=ITEMS, charges=charges, overrides=FREE_HAND, **more)


def _charge(kind: ChargeKind, value: str, **more: Any) -> AutoCharge:
    return AutoCharge("freight", "EUR", (ChargeTier(value, kind),), **more)


def _told(charge: QuoteCharge) -> list[tuple[str, str]]:
    return [(step.text(), str(step.delta)) for step in charge.explanation.steps]


@pytest.mark.parametrize(
    ("kind", "value", "line", "told"),
    [
        (ChargeKind.FIXED, "9.95", 0, [("charge freight: 9.95 on an order value of 33.33 EUR", "9.95 EUR")]),
        (ChargeKind.FIXED, "9.95", 2, [("charge freight of line 2: 9.95 on a line value of 33.33 EUR", "9.95 EUR")]),
        (
            ChargeKind.PER_UNIT,
            "1.50",
            2,
            [("charge freight of line 2: 3 * 1.50 on a line value of 33.33 EUR", "4.50 EUR")],
        ),
        (
            ChargeKind.PERCENT,
            "5",
            0,
            [
                ("charge freight: 5 % on an order value of 33.33 EUR", "1.6665 EUR"),
                ("rounded half_up to the currency's decimals", "0.0035 EUR"),
            ],
        ),
    ],
)
def test_every_step_to_the_amount_of_a_charge_is_told(kind: ChargeKind, value: str, line: int, told: Any) -> None:
    """Of an order of 33.33 with 3 units: 9.95, 3 x 1.50 = 4.50, and 5 percent = 1.6665, which is 1.67."""
    charge = _charge(kind, value).charge(Decimal("33.33"), Decimal(3), line)
    assert charge is not None
    assert charge.explanation.subject == "charge freight"
    assert _told(charge) == told


def test_what_a_rule_says_of_its_charge_stands_on_it() -> None:
    rule = _charge(
        ChargeKind.PER_UNIT, "1.50", category=ChargeCategory.SHIPPING, tax_category="standard", refundable=False
    )
    charge = rule.charge(Decimal(50), Decimal(2), 3)
    assert charge is not None
    assert (charge.amount, charge.tax, charge.tax_category) == (_eur(3), _eur(0), "standard")
    assert (charge.category, charge.refundable, charge.line, charge.per_unit) == (
        ChargeCategory.SHIPPING,
        False,
        3,
        True,
    )


def test_a_percentage_is_exact_in_any_context_of_the_embedding_program() -> None:
    """5 percent of 1234.60 are 61.73."""
    with decimal.localcontext(prec=3):
        charge = _charge(ChargeKind.PERCENT, "5").charge(Decimal("1234.60"), Decimal(1))
        assert charge is not None
        assert charge.amount == _eur("61.73")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ChargeTier("-0.01"), "value: -0.01 is not accepted; accepted: 0 or more"),
        (
            lambda: ChargeTier(1, from_amount=50, to_amount=50),
            "to_amount: 50 is not accepted; accepted: above 50",
        ),
        (lambda: AutoCharge("x", "EUR", ()), "tiers: () is not accepted; accepted: at least one tier"),
        (
            lambda: AutoCharge("x", "EUR", (ChargeTier(1, to_amount=50), ChargeTier(2, from_amount=49))),
            "tiers: the tier from 49 overlaps the one before it; accepted: 50 or more",
        ),
        (
            lambda: AutoCharge("x", "EUR", (ChargeTier(1), ChargeTier(2, from_amount=49))),
            "tiers: the tier from 49 overlaps the one before it; accepted: a tier before it with an end",
        ),
        (
            lambda: _charge(ChargeKind.FIXED, "1", products=("pen", "desk")),
            "level: the charge freight names pen, desk but is for the whole order; accepted: line",
        ),
        (
            lambda: _charge(ChargeKind.FIXED, "1", products=("pen",), personalisation="wrap"),
            "level: the charge freight names pen, wrap but is for the whole order; accepted: line",
        ),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_with_field_and_value(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()
    assert refused.value.problem.text() == said


@pytest.mark.parametrize("field", ["value", "from_amount", "to_amount"])
def test_a_tier_that_is_no_number_is_refused_by_the_name_of_its_field(field: str) -> None:
    given: dict[str, Any] = {"value": 1, field: "x"}
    with pytest.raises(InvalidValue) as refused:
        ChargeTier(**given)
    assert refused.value.problem.path == field


def test_a_charge_of_lines_follows_the_group_of_their_modes(desk: Any) -> None:
    """The pen goes by air, the desk with the mode of the cart, which has no group, or with none at all."""
    modes = (DeliveryMode("AIR", group="fast"), DeliveryMode("POST"))
    book = _book(_charge(ChargeKind.FIXED, "15", level=ChargeLevel.LINE, delivery_group="fast"), delivery_modes=modes)
    for mode, lines in (("POST", [1]), ("", [1]), ("AIR", [1, 2])):
        cart = desk.cart(CartLine("pen", 1, delivery_mode="AIR"), CartLine("desk", 1), delivery_mode=mode)
        assert [each.line for each in desk.quote(book, cart).charges] == lines


def test_a_personalisation_without_a_charge_is_refused_with_those_of_its_item(desk: Any) -> None:
    """Pens are engraved and wrapped in euro, desks wrapped; boxes are in dollars only."""

    def asked(name: str, currency: str = "EUR", **more: Any) -> AutoCharge:
        return AutoCharge(name, currency, (ChargeTier(1),), level=ChargeLevel.LINE, **more)

    book = _book(
        asked("freight"),
        asked("wrap", personalisation="wrap"),
        asked("engraving", personalisation="engraving", products=("pen",)),
        asked("box", "USD", personalisation="box"),
    )
    wish = (Personalisation("wrap"), Personalisation("perfume"))
    cart = desk.cart(
        CartLine("pen", 1, personalisations=wish), CartLine("desk", 1, personalisations=(Personalisation("box"),))
    )
    assert desk.said(book, cart) == [
        "lines[0].personalisations[1].code: there is no charge for perfume on pen; accepted: engraving, wrap",
        "lines[1].personalisations[0].code: there is no charge for box on desk; accepted: wrap",
    ]
    assert desk.said(_book(asked("freight")), desk.cart(CartLine("pen", 1, personalisations=wish[:1]))) == [
        "lines[0].personalisations[0].code: there is no charge for wrap on pen; accepted: none"
    ]


def test_a_charge_changed_by_hand_tells_by_whom_and_why(desk: Any) -> None:
    """The second of three charges goes from 20.00 to 18.50; the others stay."""
    rules = tuple(AutoCharge(each, "EUR", (ChargeTier(20),)) for each in ("crane", "freight", "insurance"))
    override = ChargeOverride("freight", _eur("18.50"), "loyal")
    quote = desk.quote(_book(*rules), desk.cart(CartLine("pen", 1), charge_overrides=(override,)), desk.facts("boss"))
    assert [str(each.amount.amount) for each in quote.charges] == ["20.00", "18.50", "20.00"]
    freight = quote.charges[1]
    assert freight.explanation.subject == "charge freight"
    assert _told(freight) == [
        ("charge freight: 20 on an order value of 30.00 EUR", "20.00 EUR"),
        ("charge set to 18.50 EUR by mia: loyal", "-1.50 EUR"),
    ]


def test_all_that_is_wrong_with_changes_of_charges_is_told_at_once(desk: Any) -> None:
    book = _book(
        _charge(ChargeKind.FIXED, "20"),
        AutoCharge("wrap", "EUR", (ChargeTier(3),), level=ChargeLevel.LINE),
    )
    overrides = (
        ChargeOverride("crane", _eur(1), "loyal"),
        ChargeOverride("wrap", Money("1.00", "USD"), "loyal", line=1),
        ChargeOverride("freight", _eur(1), "loyal"),
        ChargeOverride("freight", _eur(2), "loyal"),
    )
    cart = desk.cart(CartLine("pen", 1), charge_overrides=overrides)
    assert desk.said(book, cart, desk.facts("boss")) == [
        "charge_overrides[0].charge: crane is not charged here; accepted: freight, wrap:1",
        "charge_overrides[1].amount: 1.00 USD cannot be combined with EUR; accepted: amounts in one currency",
        "charge_overrides[3].charge: freight is not accepted; accepted: each charge once",
    ]
    nothing = desk.cart(CartLine("pen", 1), charge_overrides=overrides[:1])
    assert desk.said(_book(), nothing, desk.facts("boss")) == [
        "charge_overrides[0].charge: crane is not charged here; accepted: none"
    ]


def test_a_charge_added_by_hand_is_what_was_said_of_it(desk: Any) -> None:
    """3 x 1.25 are 3.75; nothing is taxed before the tax engine was asked."""
    added = (
        AddedCharge(
            "card",
            _eur("1.25"),
            "gift",
            line=1,
            per_unit=True,
            tax_category="standard",
            category=ChargeCategory.PERSONALISATION,
            refundable=False,
        ),
        AddedCharge("rush", _eur(7), "haste"),
    )
    cart = desk.cart(CartLine("pen", 3), added_charges=added)
    card, rush = desk.draft(_book(), cart, desk.facts("boss")).charges
    assert (card.id, card.amount, card.tax, card.line) == ("card", _eur("3.75"), _eur(0), 1)
    assert (card.tax_category, card.category) == ("standard", ChargeCategory.PERSONALISATION)
    assert (card.per_unit, card.refundable) == (True, False)
    assert (rush.tax_category, rush.category, rush.per_unit, rush.refundable) == ("", ChargeCategory.OTHER, False, True)
    assert card.explanation.subject == "charge card"
    assert _told(card) == [("charge card added by mia: 3 * 1.25 EUR, gift", "3.75 EUR")]
    assert _told(rush) == [("charge rush added by mia: 7.00 EUR, haste", "7.00 EUR")]


def test_all_that_is_wrong_with_added_charges_is_told_at_once(desk: Any) -> None:
    added = (
        AddedCharge("card", Money("1.00", "USD"), "gift"),
        AddedCharge("freight", _eur(1), "gift"),
        AddedCharge("card", _eur(1), "gift", line=3),
        AddedCharge("card", _eur(1), "gift", line=2),
        AddedCharge("card", _eur(1), "", line=1),
    )
    cart = desk.cart(CartLine("pen", 1), CartLine("desk", 1), added_charges=added)
    assert desk.said(_book(_charge(ChargeKind.FIXED, "20")), cart, desk.facts("boss")) == [
        "added_charges[0].amount: 1.00 USD cannot be combined with EUR; accepted: amounts in one currency",
        "added_charges[1].id: freight is not accepted; accepted: a charge that is not made already",
        "added_charges[2].line: 3 is not accepted; accepted: 0, or one of the lines 1, 2",
        "added_charges[4].reason: the override's reason is not given; accepted: a reason code",
    ]
