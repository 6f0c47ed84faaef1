"""Recording an order of another system: kept as it was, unless it contradicts itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, after, judge
from servicecore.orders import RECORDED_ORDER, RecordedLine, RecordedOrder, RecordOrder

FACTS = Facts(
    now=datetime(2026, 3, 2, 9, tzinfo=UTC),
    actor=Actor("import", roles={"system"}),
    authority=Authority((Role("system", ("*",)),)),
    new_id="43659",
)


def dollars(amount: str) -> Money:
    return Money(amount, "USD")


def line(number: int, total: str = "20.00") -> RecordedLine:
    return RecordedLine("707", Decimal(1), dollars(total), dollars(total), number)


ORDER = RecordedOrder(
    id="43659",
    customer="C-1",
    ordered_on=date(2014, 5, 1),
    currency="USD",
    lines=(line(1), line(2)),
    subtotal=dollars("40.00"),
    tax=dollars("3.20"),
    freight=dollars("1.00"),
    total=dollars("44.20"),
)


def problems(**changes: Any) -> list[tuple[str, str]]:
    decision = judge(RECORDED_ORDER, None, RecordOrder(evolve(ORDER, **changes)), FACTS)
    assert isinstance(decision, Refusal)
    for problem in decision.problems:
        assert problem.param("value")
        assert problem.param("accepted")
    return [(problem.code, problem.path) for problem in decision.problems]


def test_an_order_is_kept_as_it_was_under_its_own_number() -> None:
    decision = judge(RECORDED_ORDER, None, RecordOrder(ORDER), FACTS)
    assert not isinstance(decision, Refusal)
    assert after(None, decision) == ORDER
    assert RecordOrder(ORDER).given_id() == "43659"
    assert RECORDED_ORDER.indexes(ORDER) == {
        "customer": ("C-1",),
        "item": ("707",),
        "bought": ("C-1\n707",),
        "ordered_on": ("2014-05-01",),
    }
    assert RECORDED_ORDER.figures(ORDER) == (("total", dollars("44.20")),)


def test_all_contradictions_are_named_at_once() -> None:
    euro = Money("1.00", "EUR")
    assert problems(tax=euro, lines=(evolve(line(1), unit_cost=euro), evolve(line(1), unit_price=euro, tax=euro))) == [
        ("orders.recorded_currency_differs", "order.tax"),
        ("orders.recorded_currency_differs", "order.lines[0].unit_cost"),
        ("orders.recorded_currency_differs", "order.lines[1].unit_price"),
        ("orders.recorded_currency_differs", "order.lines[1].tax"),
        ("orders.recorded_line_repeated", "order.lines[1].number"),
    ]


@given(st.integers(-500, 500).filter(bool))
@settings(max_examples=30, deadline=None)
def test_a_total_that_is_off_by_any_cent_is_refused(cents: int) -> None:
    """40.00 + 3.20 + 1.00 = 44.20, and nothing else."""
    wrong = dollars("44.20") + Money(Decimal(cents) / 100, "USD")
    assert problems(total=wrong) == [("orders.recorded_total_mismatch", "order.total")]


def test_an_order_whose_lines_are_elsewhere_is_kept_too() -> None:
    headless = evolve(ORDER, lines=(), complete=False)
    assert not isinstance(judge(RECORDED_ORDER, None, RecordOrder(headless), FACTS), Refusal)


@pytest.mark.parametrize("identity", ["", " 7", "x" * 101])
def test_a_number_that_cannot_be_an_id_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="id: "):
        evolve(ORDER, id=identity)
