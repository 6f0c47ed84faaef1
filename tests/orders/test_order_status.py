from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.orders import Order, OrderStatus, UnitStatus, order_status
from servicecore.orders.status import line_statuses, unit_range
from servicecore.pricing.quote import Quote

FIELDS = ("shipped", "canceled", "return_requested", "returned")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # (ordered, shipped, canceled, return requested, returned) of each line
        ([(5, 0, 0, 0, 0)], OrderStatus.OPEN),
        ([(5, 2, 0, 0, 0)], OrderStatus.PARTLY_SHIPPED),
        ([(5, 5, 0, 0, 0), (1, 0, 0, 0, 0)], OrderStatus.PARTLY_SHIPPED),
        ([(5, 2, 3, 0, 0)], OrderStatus.SHIPPED),
        ([(5, 5, 0, 2, 0)], OrderStatus.SHIPPED),
        ([(4, 4, 0, 0, 2)], OrderStatus.PARTLY_RETURNED),
        ([(4, 1, 0, 0, 1)], OrderStatus.PARTLY_RETURNED),
        ([(4, 4, 0, 0, 4)], OrderStatus.RETURNED),
        ([(4, 2, 2, 0, 2), (1, 0, 1, 0, 0)], OrderStatus.RETURNED),
        ([(5, 0, 5, 0, 0)], OrderStatus.CANCELED),
    ],
)
def test_the_header_says_what_the_least_and_the_furthest_unit_say(
    lines: list[tuple[int, ...]],
    expected: OrderStatus,
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
) -> None:
    order: Order = make_desk().place(make_quote(*((str(ordered), "10.00", "0.00") for ordered, *_ in lines)))
    for number, (_, *quantities) in enumerate(lines, 1):
        line = order.line(number)
        assert line is not None
        changes: Any = dict(zip(FIELDS, map(Decimal, quantities), strict=True))
        order = order.with_line(evolve(line, **changes))
    assert order_status(order) is expected


@given(quantities=st.lists(st.integers(0, 3), min_size=5, max_size=5).filter(any))
def test_statuses_are_exactly_those_with_units(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], quantities: list[int]
) -> None:
    still_open, kept, canceled, announced, back = quantities
    order: Order = make_desk().place(make_quote((str(sum(quantities)), "10.00", "0.00")))
    line = evolve(
        order.lines[0],
        shipped=Decimal(kept + announced + back),
        canceled=Decimal(canceled),
        return_requested=Decimal(announced),
        returned=Decimal(back),
    )
    named = zip(
        (UnitStatus.CANCELED, UnitStatus.OPEN, UnitStatus.SHIPPED, UnitStatus.RETURN_REQUESTED, UnitStatus.RETURNED),
        (canceled, still_open, kept, announced, back),
        strict=True,
    )
    found = [status for status, quantity in named if quantity]
    assert list(line_statuses(line)) == found
    least, furthest = unit_range(order.with_line(line))
    telling = found[1:] if canceled and len(found) > 1 else found
    assert (least, furthest) == (telling[0], telling[-1])
