"""The rules of offers that pricing vectors name, each by a cart worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.pricing_carts import KINDS as CARTS
from servicecore.testing.vectors.pricing_resolution import KINDS as PRICES
from servicecore.testing.vectors.pricing_usage import KINDS as USES
from servicecore.testing.vectors.verdict import NotSupported

ALL = {"all": True}
SPENDING = {
    "profile": "oscar",
    "repeat": "until_condition_unmet_or_limit",
    "unit_pick": "cheapest_first",
    "rounding": {"mode": "down", "digits": 2, "level": "line"},
}
PLAIN = {"profile": "solidus_promotions"}


def line(name: str, quantity: int, price: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "sku": name, "quantity": str(quantity), "unit_price": price, **more}


def offer(name: str, benefit: dict[str, Any], *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "trigger": "automatic", "conditions": list(conditions), "benefit": benefit, **more}


def differences(
    semantics: dict[str, Any], lines: list[dict[str, Any]], offers: list[dict[str, Any]], expected: Any, **more: Any
) -> list[str]:
    given = {"currency": "EUR", "lines": lines, "promotions": offers, **more}
    return [
        str(each) for each in CARTS["cart_promotions"]({"input": given, "semantics": semantics, "expected": expected})
    ]


def least(units: int) -> dict[str, Any]:
    return {"type": "min_quantity", "min": units, "target": ALL}


def tenth(**more: Any) -> dict[str, Any]:
    return {"type": "percent", "value": "10", "scope": "lines", "allocation": "each_unit", "target": ALL, **more}


@pytest.mark.parametrize("exclusive", ["no", "line"])
@pytest.mark.parametrize(
    ("benefit", "times", "amount"),
    [
        # 10 % of two units of 10, and no unit more; 3 off two units, and off the next two
        (tenth(cap_units=2), 1, "2"),
        ({**tenth(cap_units=2), "type": "amount", "value": "3", "allocation": "across"}, 2, "6"),
        ({**tenth(cap_units=2), "type": "amount", "value": "3"}, 2, "12"),
    ],
)
def test_a_cap_counts_units_of_a_percentage_for_all_applications_and_those_of_an_amount_for_each(
    benefit: dict[str, Any], times: int, amount: str, exclusive: str
) -> None:
    offers = [offer("p", benefit, least(2), exclusive=exclusive)]
    expected = {"applications": {"p": {"times": times, "amount": amount}}}
    assert differences(SPENDING, [line("a", 4, "10")], offers, expected) == []


def test_offers_that_are_exclusive_share_a_line_by_units_and_take_no_line_of_another() -> None:
    """Of three units each gives one free; beside an offer that shares, an exclusive one gives nothing on its line."""
    free = {"type": "cheapest_free", "count": 1, "scope": "lines", "target": ALL}
    alone = [offer(name, free, least(1), exclusive="line") for name in ("x", "y")]
    expected = {"lines": {"a": {"discount": "20", "units_used": "2"}}, "applied": ["x", "y"]}
    assert differences(SPENDING, [line("a", 3, "10")], alone, expected) == []
    shared = [offer("s", free, least(1), exclusive="no"), offer("x", free, least(1), exclusive="line")]
    assert differences(SPENDING, [line("a", 3, "10")], shared, {"applied": ["s"]}) == []


def test_a_set_at_a_price_is_made_of_the_cheapest_units_where_the_semantics_take_these_first() -> None:
    """Two at 4 and one at 10 for 7 instead of 18: 11 off, cut off to cents over 8 and 10."""
    benefit = {"type": "set_price", "value": "7", "scope": "lines", "allocation": "across", "target_from": "condition"}
    lines = [line("b", 3, "10"), line("a", 2, "4")]
    expected = {"lines": {"a": {"discount": "4.88", "units_used": "2"}, "b": {"discount": "6.12", "units_used": "1"}}}
    offers = [offer("p", {**benefit, "target": ALL}, least(3), skip_eligibility=True, trigger="direct")]
    assert differences(SPENDING, lines, offers, expected) == []


def test_units_are_picked_as_the_benefit_says() -> None:
    lines = [line("a", 1, "10"), line("b", 1, "30")]
    for pick, discount in (("cheapest_first", "1"), ("priciest_first", "3"), ("line_order", "1")):
        offers = [offer("p", tenth(cap_units=1, unit_pick=pick))]
        assert differences(PLAIN, lines, offers, {"totals": {"discount": discount}}) == []


def test_a_benefit_of_another_channel_gives_nothing() -> None:
    own, other = tenth(channel="web"), tenth(value="50", channel="phone")
    offers = [{**offer("p", own), "benefits": [own, other]}]
    assert differences(PLAIN, [line("a", 1, "10")], offers, {"totals": {"discount": "1"}}, channel="web") == []


def test_the_total_has_the_tax_that_prices_do_not_include() -> None:
    """18 after the discount of 10 %, and 3.60 of 20 %; with tax included it is 18 to pay."""
    lines = [line("a", 2, "10", tax_rate="20")]
    assert differences(PLAIN, lines, [offer("p", tenth())], {"totals": {"total": "21.6", "tax": "3.6"}}) == []
    included = {**PLAIN, "tax": {"prices_include": True}}
    assert differences(included, lines, [offer("p", tenth())], {"totals": {"total": "18", "tax": "3"}}) == []


def test_what_is_taken_off_an_item_put_in_is_an_adjustment() -> None:
    benefit = {"type": "add_item", "sku": "card", "unit_price": "4", "quantity": 1, "per_units": 2, "of": ALL}
    expected = {"adjustments": [{"promotion": "p", "line": "card", "amount": "8"}], "adjustment_count": 1}
    assert differences(PLAIN, [line("a", 5, "10")], [offer("p", benefit)], expected) == []


@pytest.mark.parametrize(
    ("valid", "reason"),
    [({"to": "2026-01-14"}, "promotion_expired"), ({"from": "2026-01-16"}, "not_started")],
)
def test_an_automatic_offer_outside_its_dates_is_rejected_with_the_reason(valid: dict[str, str], reason: str) -> None:
    expected = {"rejected": [{"promotion": "p", "reason": reason}], "totals": {"discount": "0"}}
    offers = [offer("p", tenth(), valid=valid)]
    assert differences(PLAIN, [line("a", 1, "10")], offers, expected, at="2026-01-15T12:00:00Z") == []


def test_an_error_is_expected_where_the_cart_cannot_be_priced() -> None:
    twice = [line("a", 1, "10"), line("a", 1, "10")]
    assert differences(PLAIN, twice, [], {"error": "each id once"}) == []
    assert differences(PLAIN, twice[:1], [], {"error": "each id once"}) != []
    assert differences(PLAIN, twice[:1], [], {"error": None, "totals": {"items": "10"}}) == []


@pytest.mark.parametrize(("orders", "satisfied"), [(0, True), (1, False)])
def test_a_guest_whose_orders_are_counted_is_known(orders: int, satisfied: bool) -> None:
    condition = {"type": "nth_order", "n": 1, "anonymous_counts_as_first": True}
    given = {"condition": condition, "lines": [], "customer": {"guest": True, "completed_orders": orders}}
    vector = {"input": given, "semantics": PLAIN, "expected": {"satisfied": satisfied}}
    assert USES["eligibility"](vector) == ()


@pytest.mark.parametrize(("limits", "left"), [({}, 7), ({"max_applications_total": 5}, 3), ({"uses_total": 50}, 7)])
def test_a_hard_cap_bounds_what_the_limits_leave(limits: dict[str, int], left: int) -> None:
    given = {"limits": limits, "used_applications": 2, "hard_cap": 7}
    vector = {"input": given, "semantics": {}, "expected": {"remaining_applications": left}}
    assert USES["usage_limits"](vector) == ()


def test_a_ledger_that_nobody_keeps_is_no_ledger_with_figures() -> None:
    given = {"ledger": None, "operations": [{"op": "commit", "uses": [{"promotion": "x"}]}]}
    assert USES["usage_ledger"]({"input": given, "semantics": {}, "expected": {"error": None}}) == ()
    with pytest.raises(NotSupported):
        USES["usage_ledger"]({"input": given, "semantics": {}, "expected": {"ledger": {"used": "0", "limit": "0"}}})


@pytest.mark.parametrize(("region", "amount"), [("PL", "9"), ("DE", "10")])
def test_a_price_of_a_list_counts_where_the_rules_of_both_hold(region: str, amount: str) -> None:
    """The list is for PL, its price for PL or DE: in DE nothing of it counts."""
    row = {"set": "s", "currency": "EUR", "amount": "9", "rules": {"region": ["PL", "DE"]}}
    lists = [{"id": "l", "type": "sale", "rules": {"region": "PL"}, "prices": [row]}]
    lists.append({**lists[0], "id": "m", "prices": [{**row, "amount": "1", "rules": {"region": "DE"}}]})
    prices = [{"set": "s", "currency": "EUR", "amount": "10"}]
    context = {"currency_code": "EUR", "region": region}
    given = {"price_sets": ["s"], "prices": prices, "price_lists": lists, "context": context}
    assert PRICES["price_resolution"]({"input": given, "expected": {"prices": [{"set": "s", "amount": amount}]}}) == ()


def test_a_capped_percentage_is_of_the_price_less_all_that_came_off_the_line_where_a_system_keeps_one_figure() -> None:
    """30 % of two units of 40 are 24 off; 10 % of one are 10 % of 40 - 24."""
    semantics = {"profile": "medusa2", "rounding": {"mode": "none"}}
    first, then = (tenth(allocation="each_line", cap_units_per_line=most) for most in (2, 1))
    offers = [offer("x", {**first, "value": "30"}), offer("y", then)]
    expected = {"adjustments": [{"promotion": "x", "line": "a", "amount": "24"}]}
    expected["adjustments"].append({"promotion": "y", "line": "a", "amount": "1.6"})
    assert differences(semantics, [line("a", 3, "40")], offers, expected) == []
