"""What people are told who set a figure by hand that their role does not allow: field, value and what would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, fields

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor, Authority, Limit, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.pricing import (
    CartLine,
    OverridePermission,
    OverridePolicy,
    PriceBook,
    PriceOverride,
    TaxSettings,
    finish_quote,
)
from servicecore.pricing.override_permission import FloorCosts

PERMISSIONS = (
    OverridePermission(
        "clerk",
        Decimal(5),
        total_discount_percent=10,
        charge_increase_percent=20,
        charge_decrease_percent=30,
        credit_increase_percent=40,
        credit_decrease_percent=50,
    ),
    OverridePermission("senior", Decimal(2), charges_add=True),
    OverridePermission("lead", Decimal(8), charges_add=True),
)
BY_ROLE = OverridePolicy(PERMISSIONS, reasons=("damaged", "loyal"))
LIMITS = (
    Limit("pricing.override.below_price", Decimal(5)),
    Limit("pricing.override.total_discount", Decimal(10)),
    Limit("pricing.override.charge_increase", Decimal(20)),
    Limit("pricing.override.charge_decrease", Decimal(30)),
    Limit("pricing.override.return_credit", Decimal(40)),
)
AUTHORITY = Authority(
    (
        Role("clerk", "pricing.*", LIMITS),
        Role("senior", "pricing.*"),
        Role("lead", "pricing.*"),
        Role("adder", "pricing.add_charge"),
        Role("pricer", "pricing.override_price"),
        Role("guest", ()),
    )
)
RIGHTS = {
    "total": "pricing.override_total",
    "charge": "pricing.override_charge",
    "credit": "pricing.override_return_credit",
}


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def _facts(role: str = "clerk", approver: Actor | None = None) -> Facts:
    return Facts(datetime(2026, 1, 15, tzinfo=UTC), Actor("mia", role), AUTHORITY, approver=approver)


def _moved(policy: OverridePolicy, what: str, amount: str, reason: str, facts: Facts) -> list[str]:
    """Return what is said when 200.00 are moved to ``amount``."""
    before, after = _eur(200), _eur(amount)
    if what == "total":
        return _texts(policy.total_refusals(before, after, reason, facts, "total"))
    if what == "charge":
        return _texts(policy.charge_refusals(before, after, reason, facts, "charges[0]"))
    return _texts(policy.credit_refusals(before, after, reason, facts))


def _texts(problems: Sequence[Problem]) -> list[str]:
    return [each.text() for each in problems]


@pytest.mark.parametrize(
    ("what", "most", "beyond", "path", "accepted"),
    [
        ("total", "180.00", "179.99", "total.subtotal", "up to 10 percent below"),
        ("charge", "240.00", "240.01", "charges[0].amount", "up to 20 percent above"),
        ("charge", "140.00", "139.99", "charges[0].amount", "up to 30 percent below"),
        ("credit", "280.00", "280.01", "credit", "up to 40 percent above"),
        ("credit", "100.00", "99.99", "credit", "up to 50 percent below"),
    ],
)
def test_each_figure_is_moved_by_its_own_percentage_of_the_permission(
    what: str, most: str, beyond: str, path: str, accepted: str
) -> None:
    """Of 200.00, ten percent are 20.00, twenty 40.00, thirty 60.00, forty 80.00 and fifty 100.00."""
    assert _moved(BY_ROLE, what, most, "loyal", _facts()) == []
    assert _moved(BY_ROLE, what, beyond, "loyal", _facts()) == [
        (
            f"{path}: {beyond} EUR is beyond what mia may do; accepted: {accepted} 200.00 EUR, or more with a wider "
            "role's approval"
        )
    ]


@pytest.mark.parametrize(
    ("what", "most", "beyond", "path", "limit", "moved"),
    [
        ("total", "180.00", "179.98", "total.approver", "total_discount of 10", "10.01"),
        ("charge", "240.00", "240.02", "charges[0].approver", "charge_increase of 20", "20.01"),
        ("charge", "140.00", "139.98", "charges[0].approver", "charge_decrease of 30", "30.01"),
        ("credit", "280.00", "280.02", "approver", "return_credit of 40", "40.01"),
        ("credit", "120.00", "119.98", "approver", "return_credit of 40", "40.01"),
    ],
)
def test_without_permissions_each_figure_is_moved_by_the_limit_of_the_role(
    what: str, most: str, beyond: str, path: str, limit: str, moved: str
) -> None:
    """Two cents of 200.00 are 0.01 percent."""
    policy = OverridePolicy()
    assert _moved(policy, what, most, "loyal", _facts()) == []
    assert _moved(policy, what, beyond, "loyal", _facts()) == [
        (
            f"{path}: {moved} is beyond mia's limit pricing.override.{limit}; a second person with a higher "
            "limit has to approve"
        )
    ]


@pytest.mark.parametrize(
    ("what", "path"), [("total", "total.reason"), ("charge", "charges[0].reason"), ("credit", "reason")]
)
@pytest.mark.parametrize("amount", ["199.99", "200.01"])
def test_every_figure_needs_a_right_and_a_reason_of_the_list(what: str, path: str, amount: str) -> None:
    if what == "total":
        amount = "199.99"
    assert _moved(BY_ROLE, what, amount, "bored", _facts("guest")) == [
        f"{path}: the override's reason is bored; accepted: damaged, loyal",
        f"actor: mia has no right to {RIGHTS[what]}; accepted: a role with that right (clerk, senior, lead)",
    ]
    assert _moved(OverridePolicy(PERMISSIONS), what, amount, " ", _facts()) == [
        f"{path}: the override's reason is not given; accepted: a reason code"
    ]


def test_a_charge_is_added_by_a_role_that_adds_charges_or_with_the_approval_of_one() -> None:
    def added(facts: Facts, policy: OverridePolicy = BY_ROLE, reason: str = "loyal") -> list[str]:
        return _texts(policy.added_refusals(reason, facts, "charges[0]"))

    refused = ["charges[0]: mia has no role that may do this; accepted: one of the roles senior, lead"]
    assert added(_facts()) == refused
    assert added(_facts("lead")) == []
    assert added(_facts(approver=Actor("tom", "lead"))) == []
    assert added(_facts(approver=Actor("tom", "clerk"))) == refused
    assert added(_facts(approver=Actor("mia", "lead"))) == refused
    assert added(_facts(), OverridePolicy()) == []
    assert added(_facts(), OverridePolicy(PERMISSIONS[:1])) == [
        "charges[0]: mia has no role that may do this; accepted: none, no role adds charges"
    ]
    assert added(_facts("guest"), reason="") == [
        "charges[0].reason: the override's reason is not given; accepted: damaged, loyal",
        "actor: mia has no right to pricing.add_charge; accepted: a role with that right (clerk, senior, lead, adder)",
    ]


def test_an_approver_without_the_right_adds_no_charge() -> None:
    policy = OverridePolicy((OverridePermission("pricer", charges_add=True),))
    problems = policy.added_refusals("loyal", _facts(approver=Actor("tom", "pricer")), "charges[0]")
    assert _texts(problems) == ["charges[0]: mia has no role that may do this; accepted: one of the roles pricer"]


BOOK = PriceBook(
    "b", "1", items=(Item("A", "Thing", base_price=_eur(200), cost=_eur(100)), Item("FREE", "Free", base_price=_eur(0)))
)
WITH_FLOORS = evolve(BOOK, overrides=BY_ROLE)


def _said(
    desk: Any,
    book: PriceBook,
    price: str,
    facts: Facts,
    *,
    currency: str = "EUR",
    item: str = "A",
    reason: str = "loyal",
) -> list[str]:
    override = PriceOverride(Money(Decimal(price), currency), reason)
    said: list[str] = desk.said(book, desk.cart(CartLine(item, 1, override=override)), facts)
    return said


def test_a_price_below_the_floor_is_refused_with_the_floor_and_whose_it_is(desk: Any) -> None:
    """Over a cost of 100.00 clerks keep 5 percent, seniors 2, leads 8; the lower floor of two people counts."""
    path = "lines[0].override.unit_price"
    floors = {
        None: ("105.00", "mia"),
        "senior": ("102.00", "tom"),
        "lead": ("105.00", "mia"),
        "clerk": ("105.00", "mia"),
    }
    for role, (lowest, actor) in floors.items():
        facts = _facts(approver=Actor("tom", role) if role else None)
        assert _said(desk, WITH_FLOORS, "101.99", facts) == [
            (
                f"{path}: 101.99 EUR is below the lowest price that {actor} may give; accepted: {lowest} EUR, "
                "or more with an approval"
            )
        ]


def test_somebody_with_two_roles_has_the_lower_floor(desk: Any) -> None:
    both = evolve(_facts(), actor=Actor("mia", ("clerk", "senior")))
    assert _said(desk, WITH_FLOORS, "101.99", both) == [
        (
            "lines[0].override.unit_price: 101.99 EUR is below the lowest price that mia may give; accepted: 102.00 "
            "EUR, or more with an approval"
        )
    ]
    free = evolve(BOOK, overrides=OverridePolicy((*PERMISSIONS, OverridePermission("pricer"))))
    override = PriceOverride(_eur("0.01"), "loyal")
    unbound = evolve(_facts(), actor=Actor("mia", ("clerk", "pricer")))
    quote = desk.quote(free, desk.cart(CartLine("A", 1, override=override)), unbound)
    assert quote.lines[0].net == _eur("0.01")


def test_an_approver_without_a_role_of_the_policy_leaves_the_floor_and_is_named_below_it(desk: Any) -> None:
    roles = "clerk, senior, lead"
    facts = _facts(approver=Actor("tom", "pricer"))
    assert _said(desk, WITH_FLOORS, "104.99", facts) == [
        f"lines[0].override: tom has no role that may do this; accepted: one of the roles {roles}"
    ]
    override = PriceOverride(_eur(105), "loyal")
    assert desk.quote(WITH_FLOORS, desk.cart(CartLine("A", 1, override=override)), facts).lines[0].net == _eur(105)
    assert _said(desk, WITH_FLOORS, "104.99", _facts(approver=Actor("tom", "guest"))) == [
        (
            "actor: tom has no right to pricing.override_price; accepted: a role with that right (clerk, senior, lead, "
            "pricer)"
        )
    ]


def test_an_approver_stands_in_for_somebody_without_a_role_of_the_policy(desk: Any) -> None:
    """The senior's floor of 102.00 counts, since the one who asks has none."""
    facts = evolve(_facts("pricer"), approver=Actor("tom", "senior"))
    override = PriceOverride(_eur(102), "loyal")
    assert desk.quote(WITH_FLOORS, desk.cart(CartLine("A", 1, override=override)), facts).lines[0].net == _eur(102)
    assert _said(desk, WITH_FLOORS, "101.99", _facts("pricer")) == [
        "lines[0].override: mia has no role that may do this; accepted: one of the roles clerk, senior, lead"
    ]


def test_a_floor_over_an_unknown_cost_is_refused_by_the_item(desk: Any) -> None:
    for facts in (_facts(), _facts("pricer", Actor("tom", "clerk"))):
        assert _said(desk, WITH_FLOORS, "1.00", facts, item="FREE") == [
            (
                "lines[0].override: the cost of FREE is unknown, so no floor can be computed; accepted: a known "
                "cost, or a role without a floor"
            )
        ]


def test_without_floors_a_price_goes_as_far_below_that_of_the_lists_as_the_limit_of_the_role(desk: Any) -> None:
    """189.98 is 10.02 below 200.00, which is 5.01 percent; of a price of nothing nothing lies below."""
    assert _said(desk, BOOK, "189.98", _facts()) == [
        (
            "lines[0].override.approver: 5.01 is beyond mia's limit pricing.override.below_price of 5; a second person "
            "with a higher limit has to approve"
        )
    ]
    for item, price in (("A", "190.00"), ("A", "200.00"), ("A", "200.01"), ("FREE", "0.00"), ("FREE", "1.00")):
        override = PriceOverride(_eur(price), "loyal")
        assert desk.quote(BOOK, desk.cart(CartLine(item, 1, override=override)), _facts()).lines[0].net == _eur(price)


def test_a_role_without_a_limit_goes_nothing_below_the_price_of_the_lists(desk: Any) -> None:
    """199.99 is 0.01 of 200.00, 0.005 percent, below; 0.00 is not below a price of 0.00."""
    assert _said(desk, BOOK, "199.99", _facts("lead")) == [
        (
            "lines[0].override.approver: 0.005 is beyond mia's limit pricing.override.below_price of 0; a second "
            "person with a higher limit has to approve"
        )
    ]
    for item, price in (("A", "200.00"), ("FREE", "0.00")):
        override = PriceOverride(_eur(price), "loyal")
        quote = desk.quote(BOOK, desk.cart(CartLine(item, 1, override=override)), _facts("lead"))
        assert quote.lines[0].net == _eur(price)


def test_a_floor_is_compared_with_the_price_without_tax_once_that_is_known(desk: Any) -> None:
    """122.00 with 22 percent in it is 100.00, and 100.00 is 81.97: both below 105.00."""
    book = evolve(WITH_FLOORS, tax=TaxSettings(prices_include_tax=True))
    for price, net in (("122.00", "100.00"), ("100.00", "81.97")):
        cart = desk.cart(CartLine("A", 1, override=PriceOverride(_eur(price), "loyal")))
        draft = desk.draft(book, cart, _facts())
        refusal = finish_quote(draft, desk.tax(draft))
        assert isinstance(refusal, Refusal)
        assert _texts(refusal.problems) == [
            (
                f"lines[0].override.unit_price: {net} EUR is below the lowest price that mia may give; accepted: "
                "105.00 EUR, or more with an approval"
            )
        ]


def test_a_price_is_without_tax_unless_it_is_said_to_contain_it() -> None:
    override, costs = PriceOverride(_eur("104.99"), "loyal"), FloorCosts(Decimal(100), Decimal(100))
    assert [each.code for each in BY_ROLE.refusals(override, Decimal(200), costs, "A", _facts(), "price")] == [
        "override.below_floor"
    ]


def test_a_price_not_below_that_of_the_lists_asks_for_no_limit(desk: Any) -> None:
    """A role whose limit is below 0 may still leave the price as it is, or raise it."""
    strict = Authority((Role("clerk", "pricing.*", (Limit("pricing.override.below_price", Decimal(-1)),)),))
    facts = evolve(_facts(), authority=strict)
    for price in ("200.00", "200.01"):
        override = PriceOverride(_eur(price), "loyal")
        assert desk.quote(BOOK, desk.cart(CartLine("A", 1, override=override)), facts).lines[0].net == _eur(price)


def test_all_that_is_wrong_with_a_price_set_by_hand_is_told_at_once(desk: Any) -> None:
    assert _said(desk, WITH_FLOORS, "-0.01", _facts("guest"), reason="bored") == [
        "lines[0].override.reason: the override's reason is bored; accepted: damaged, loyal",
        "lines[0].override.unit_price: -0.01 EUR is not accepted; accepted: a price of 0 or more",
        (
            "actor: mia has no right to pricing.override_price; accepted: a role with that right (clerk, senior, lead, "
            "pricer)"
        ),
    ]
    assert _said(desk, BOOK, "190.00", _facts(), currency="USD") == [
        "lines[0].override.unit_price: 190.00 USD cannot be combined with EUR; accepted: amounts in one currency"
    ]


@pytest.mark.parametrize("name", [each.name for each in fields(OverridePermission) if each.name.endswith("_percent")])
@pytest.mark.parametrize("wrong", ["ten", "", [5], True, Decimal("NaN"), Decimal(-1)])
def test_a_percentage_that_cannot_be_is_refused_by_its_own_name(name: str, wrong: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        OverridePermission("clerk", **{name: wrong})
    assert caught.value.problem.path == name
    code = "config.negative_percent" if wrong == Decimal(-1) else caught.value.problem.code
    assert caught.value.problem.code == code


@pytest.mark.parametrize("name", [each.name for each in fields(OverridePermission) if each.name.endswith("_percent")])
@pytest.mark.parametrize("percent", [0, Decimal("0.5"), 100, 250])
def test_any_other_percentage_of_a_permission_is_taken(name: str, percent: Any) -> None:
    """The specification bars negative ones alone (CC appendix B): 250 lowers to nothing, as 100 does."""
    assert getattr(OverridePermission("clerk", **{name: percent}), name) == percent
