"""Which competitor's price a command follows, and every reason why it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from servicecore.kernel.authority import Actor, Authority, Limit, Reason, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing.override_permission import FloorCosts, OverridePermission
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match import (
    Competitor,
    CompetitorPrice,
    PriceMatch,
    PriceMatchFacts,
    PriceMatchPolicy,
    PriceMatchStatus,
)
from servicecore.pricing.price_match.terms import Terms, check_floor, read_terms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEN_PERCENT = Limit("pricing.override.below_price", Decimal(10))
AUTHORITY = Authority((Role("agent", ("pricing.*",), (TEN_PERCENT,)), Role("supervisor", ("pricing.*",))))
POLICY = PriceMatchPolicy((Competitor("rival", Decimal(50)), Competitor("other")), others_percent=None)
NO_COSTS = FloorCosts(None, None)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


RIVALS = CompetitorPrice("rival", eur("3.90"))
RECORD = PriceMatch(
    "pm-1",
    "tea",
    RIVALS,
    Decimal(3),
    "leaflet",
    NOW - timedelta(days=1),
    "agent-1",
    PriceMatchStatus.APPROVED,
    NOW + timedelta(seconds=1),
)


def _facts(
    record: PriceMatch | None = RECORD,
    policy: PriceMatchPolicy = POLICY,
    overrides: OverridePolicy | None = None,
    costs: FloorCosts = NO_COSTS,
    reason: Reason | None = None,
) -> Facts:
    known = PriceMatchFacts(record, costs, overrides or OverridePolicy())
    return Facts(NOW, Actor("agent-1", "agent"), AUTHORITY, reason=reason, others=(policy, known))


def _said(
    price: CompetitorPrice | None,
    record: str,
    facts: Facts,
    item: str = "tea",
    ordered: str = "3",
) -> list[str]:
    terms = read_terms(price, record, item, Decimal(ordered), "EUR", facts)
    assert not isinstance(terms, Terms)
    return [each.text() for each in terms]


def test_an_approved_record_is_followed_by_the_competitors_percentage() -> None:
    """Up to the last instant before it lapses, for its item, from its least quantity on."""
    assert read_terms(None, "pm-1", "tea", Decimal(3), "EUR", _facts()) == Terms(RIVALS, Decimal(50), "pm-1")
    anybody = evolve(POLICY, others_percent=Decimal(80))
    stranger = CompetitorPrice("stranger", eur("1.00"))
    assert read_terms(stranger, "", "milk", Decimal(1), "EUR", _facts(None, anybody)) == Terms(
        stranger, Decimal(80), ""
    )


@pytest.mark.parametrize(
    ("price", "record", "value"),
    [(RIVALS, "pm-1", "a price and a record"), (None, "", "neither a price nor a record")],
)
def test_a_command_names_a_price_or_a_record(price: CompetitorPrice | None, record: str, value: str) -> None:
    assert _said(price, record, _facts()) == [f"price_match: the command names {value}; accepted: one of the two"]


def test_a_record_that_is_not_there_is_named() -> None:
    assert _said(None, "pm-7", _facts(None)) == [
        "price_match: there is no price_match pm-7; accepted: the id of a stored price_match"
    ]


def test_where_only_records_count_a_price_alone_does_not_do() -> None:
    assert _said(RIVALS, "", _facts(None, evolve(POLICY, only_recorded=True))) == [
        "price: the command names a price without a record; accepted: an approved record"
    ]


def test_competitors_that_we_do_not_follow_and_other_currencies_are_told_together() -> None:
    dollars = CompetitorPrice("stranger", Money("3.90", "USD"))
    assert _said(dollars, "", _facts(None)) == [
        "price.competitor: we do not follow the prices of stranger; accepted: rival, other",
        "price.unit_price: 3.90 USD cannot be combined with EUR; accepted: amounts in one currency",
    ]
    assert _said(RIVALS, "", _facts(None, PriceMatchPolicy(others_percent=None))) == [
        "price.competitor: we do not follow the prices of rival; accepted: none, price matches are off"
    ]


def test_all_that_is_wrong_with_a_record_is_told_at_once() -> None:
    pending = evolve(RECORD, decision=PriceMatchStatus.PENDING, expires_at=NOW, min_quantity=Decimal("3.0"))
    assert _said(None, "pm-1", _facts(pending), item="milk", ordered="2.5") == [
        (
            "price_match: the price match lapsed at 2026-03-02T09:00:00+00:00; accepted: a record that holds; change "
            "its expiry"
        ),
        "price_match: the price match is pending; accepted: an approved record",
        "price_match: the line sells milk; accepted: a line of tea",
        "price_match: the competitor does not give its price for 2.5 units; accepted: 3.0 or more",
    ]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (
            "3.99",
            [
                (
                    "price.unit_price: 3.99 EUR is below the lowest price that agent-1 may give; accepted: 4.00 EUR, "
                    "or more with an approval"
                )
            ],
        ),
        ("4.00", []),
    ],
)
def test_a_price_match_is_bound_by_the_floor_of_prices_set_by_hand(after: str, said: list[str]) -> None:
    """Cost 3.20 and a markup of 25 percent: 4.00."""
    floors = OverridePolicy((OverridePermission("agent", Decimal(25)),))
    facts = _facts(overrides=floors, costs=FloorCosts(None, Decimal("3.20")), reason=Reason("goodwill"))
    assert [each.text() for each in check_floor(eur("5.00"), eur(after), "tea", facts)] == said


def test_a_price_match_without_floors_is_bound_by_the_limit_of_the_role() -> None:
    """From 5.00 to 4.49 it is 10.2 percent."""
    facts = _facts(reason=Reason("goodwill"))
    assert check_floor(eur("5.00"), eur("4.50"), "tea", facts) == ()
    assert [each.text() for each in check_floor(eur("5.00"), eur("4.49"), "tea", facts)] == [
        (
            "price.approver: 10.2 is beyond agent-1's limit pricing.override.below_price of 10; a second person with a "
            "higher limit has to approve"
        )
    ]


def test_an_unknown_cost_and_a_missing_reason_are_told_with_item_and_field() -> None:
    floors = OverridePolicy((OverridePermission("agent", Decimal(25)),), reasons=("goodwill",))
    assert [each.text() for each in check_floor(eur("5.00"), eur("4.00"), "tea", _facts(overrides=floors))] == [
        "price.reason: the override's reason is not given; accepted: goodwill",
        (
            "price: the cost of tea is unknown, so no floor can be computed; accepted: a known cost, or a role without "
            "a floor"
        ),
    ]
