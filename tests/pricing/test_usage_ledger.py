"""Usage ledgers: never past the limit, given back in full, the same in whatever order two orders come."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.pricing.usage_ledger import UsageLedger, UsageMeasure, UsageRequest


def uses(*rows: tuple[str, int]) -> tuple[UsageRequest, ...]:
    return tuple(UsageRequest(name, Decimal(amount)) for name, amount in rows)


def test_an_order_counts_once_for_each_promotion_however_many_lines_it_lowered() -> None:
    ledger = UsageLedger(UsageMeasure.COUNT, Decimal(10))
    posted = ledger.commit(uses(("a", 200), ("a", 500), ("b", 1)))
    assert (posted.ledger.used, posted.refused) == (Decimal(2), ())
    assert posted.ledger.rollback(uses(("a", 200), ("a", 500))).used == Decimal(1)


def test_money_is_added_where_it_fits_and_what_does_not_is_named() -> None:
    ledger = UsageLedger(UsageMeasure.AMOUNT, Decimal(1000), Decimal(900))
    posted = ledger.commit(uses(("a", 100), ("b", 1)))
    assert (posted.ledger.used, [each.promotion for each in posted.refused]) == (Decimal(1000), ["b"])


def test_of_two_orders_for_the_last_use_one_gets_it() -> None:
    first = UsageLedger(UsageMeasure.COUNT, Decimal(1)).commit(uses(("a", 0)))
    second = first.ledger.commit(uses(("a", 0)))
    assert (first.refused, len(second.refused), second.ledger.used) == ((), 1, Decimal(1))


def test_giving_back_more_than_was_used_leaves_nothing_used() -> None:
    assert UsageLedger(UsageMeasure.AMOUNT, Decimal(10), Decimal(3)).rollback(uses(("a", 5))).used == 0


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(InvalidValue):
        UsageRequest("a", Decimal(-1))


@given(
    st.sampled_from(UsageMeasure),
    st.integers(0, 20),
    st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=3), max_size=5),
)
def test_a_ledger_never_passes_its_limit_and_rollback_undoes_commit(
    measure: UsageMeasure, limit: int, orders: list[list[tuple[str, int]]]
) -> None:
    ledger = UsageLedger(measure, Decimal(limit))
    for order in orders:
        before = ledger
        posted = ledger.commit(uses(*order))
        ledger = posted.ledger
        assert before.used <= ledger.used <= limit
        if not posted.refused:
            assert ledger.rollback(uses(*order)) == before
