from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from servicecore.orders import Return, ReturnLine, ReturnStatus


def _line(number: int, *quantities: str) -> ReturnLine:
    return ReturnLine(number, *(Decimal(each) for each in quantities))


def _return(*lines: ReturnLine) -> Return:
    return Return(1, lines, "unwanted", "", datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def test_a_return_knows_what_it_says_of_each_order_line() -> None:
    first, third = _line(1, "2"), _line(3, "1")
    found = _return(first, third)
    assert [found.line(number) for number in (1, 2, 3)] == [first, None, third]


def test_units_are_expected_until_they_come_or_are_given_up() -> None:
    """Of 5 units 2.5 came, of which 1 was refunded, and 0.5 were given up: 2 are to come, 1.5 to be refunded."""
    line = _line(1, "5", "2.5", "1", "0.5")
    assert (line.expected, line.to_refund) == (Decimal(2), Decimal("1.5"))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([("2",), ("1",)], ReturnStatus.REQUESTED),
        ([("2", "1"), ("1",)], ReturnStatus.PARTLY_RECEIVED),
        ([("2", "2"), ("1",)], ReturnStatus.PARTLY_RECEIVED),
        ([("2", "2"), ("1", "1")], ReturnStatus.RECEIVED),
        ([("2", "2", "2"), ("1", "1")], ReturnStatus.RECEIVED),
        ([("2", "2", "2"), ("1", "1", "1")], ReturnStatus.REFUNDED),
        ([("2", "2", "2"), ("1", "0", "0", "1")], ReturnStatus.REFUNDED),
        ([("2", "0", "0", "2"), ("1", "0", "0", "1")], ReturnStatus.CANCELED),
        ([("2", "0", "0", "2"), ("1",)], ReturnStatus.REQUESTED),
    ],
    ids=str,
)
def test_a_return_stands_as_its_quantities_say(lines: list[tuple[str, ...]], status: ReturnStatus) -> None:
    """Each line: requested, received, refunded, given up."""
    assert _return(*(_line(number, *each) for number, each in enumerate(lines, 1))).status is status
