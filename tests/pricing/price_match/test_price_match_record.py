"""The record of a competitor's price through its life: pending, approved or rejected, lapsed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing.price_match import (
    PRICE_MATCH,
    ApprovePriceMatch,
    ChangePriceMatch,
    Competitor,
    CompetitorPrice,
    CreatePriceMatch,
    ExpirePriceMatch,
    PriceMatchPolicy,
    PriceMatchStatus,
    RejectPriceMatch,
)

Make = Callable[..., Any]
APPROVE, REJECT = ApprovePriceMatch("pm-1"), RejectPriceMatch("pm-1")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def created(desk: Any, **fields: Any) -> Any:
    return desk.do(CreatePriceMatch("tea", CompetitorPrice("rival", eur("3.90")), **fields))


def test_a_record_is_pending_until_somebody_decides(make_record_desk: Make) -> None:
    desk = make_record_desk()
    record = created(desk, description="leaflet of 1 March")
    assert (record.status, record.created_by, record.price.net) == (PriceMatchStatus.PENDING, "agent-1", eur("3.90"))
    assert PRICE_MATCH.indexes(record) == {
        "item": ("tea",),
        "competitor": ("rival",),
        "status": ("pending",),
        "expires": ("never",),
    }
    record = desk.do(APPROVE, by="manager-1")
    assert (record.status, record.decided_by) == (PriceMatchStatus.APPROVED, "manager-1")


def test_a_pending_and_a_rejected_record_can_be_changed(make_record_desk: Make) -> None:
    desk = make_record_desk()
    created(desk)
    assert desk.do(ChangePriceMatch("pm-1", min_quantity=Decimal(2))).min_quantity == 2
    assert desk.do(REJECT, reason="old_leaflet").reason == "old_leaflet"
    changed = desk.do(ChangePriceMatch("pm-1", price=CompetitorPrice("rival", eur("4.10"))))
    assert (changed.price.unit_price, changed.status) == (eur("4.10"), PriceMatchStatus.REJECTED)
    assert desk.do(APPROVE).status is PriceMatchStatus.APPROVED


def test_an_approved_record_keeps_its_price_and_quantity(make_record_desk: Make) -> None:
    # vectors price_match/pm-2 and pm-3
    desk = make_record_desk()
    created(desk)
    desk.do(APPROVE)
    change = ChangePriceMatch("pm-1", CompetitorPrice("rival", eur("3.80")), Decimal(5), "again")
    assert desk.refused(change) == (
        ("price_match.approved_is_frozen", "price"),
        ("price_match.approved_is_frozen", "min_quantity"),
    )
    until = desk.now + timedelta(days=7)
    record = desk.do(ChangePriceMatch("pm-1", description="still there", expires_at=until))
    assert (record.description, record.expires_at) == ("still there", until)


def test_an_approved_record_is_never_rejected(make_record_desk: Make) -> None:
    # vector price_match/pm-4
    desk = make_record_desk()
    created(desk)
    desk.do(APPROVE)
    assert desk.refused(REJECT, reason="other") == (("price_match.approved_is_final", ""),)
    assert desk.refused(APPROVE) == (("price_match.already_decided", ""),)


def test_a_rejection_needs_a_reason_and_comes_once(make_record_desk: Make) -> None:
    desk = make_record_desk()
    created(desk)
    assert desk.refused(REJECT) == (("authority.reason_required", "reason"),)
    desk.do(REJECT, reason="other")
    assert desk.refused(REJECT, reason="other") == (("price_match.already_decided", ""),)


def test_a_record_lapses_at_its_instant_and_holds_again_with_a_later_one(make_record_desk: Make) -> None:
    desk = make_record_desk()
    until = desk.now + timedelta(days=7)
    created(desk, expires_at=until)
    record = desk.do(APPROVE)
    assert PRICE_MATCH.next_wakeup(record) == until
    assert PRICE_MATCH.indexes(record)["expires"] == ("2026-03-09",)
    desk.now = until
    assert record.status_at(until - timedelta(seconds=1)) is PriceMatchStatus.APPROVED
    assert record.status_at(until) is PriceMatchStatus.EXPIRED
    record = desk.do(ExpirePriceMatch("pm-1"))
    assert (record.status, PRICE_MATCH.next_wakeup(record)) == (PriceMatchStatus.EXPIRED, None)
    assert desk.do(ExpirePriceMatch("pm-1")) == record
    assert len(desk.history) == 3
    assert desk.refused(ChangePriceMatch("pm-1", expires_at=until)) == (("price_match.expiry_passed", "expires_at"),)
    record = desk.do(ChangePriceMatch("pm-1", never_expires=True))
    assert (record.status, record.expires_at) == (PriceMatchStatus.APPROVED, None)


def test_a_lapsed_record_is_not_approved_though_nobody_noted_it(make_record_desk: Make) -> None:
    desk = make_record_desk()
    created(desk, expires_at=desk.now + timedelta(days=1))
    desk.now += timedelta(days=1)
    assert desk.refused(APPROVE) == (("price_match.expired", ""),)


def test_only_competitors_that_are_followed_are_recorded(make_record_desk: Make) -> None:
    policy = PriceMatchPolicy(competitors=(Competitor("rival"),), others_percent=None)
    desk = make_record_desk(policy)
    other = CompetitorPrice("stranger", eur("1"))
    assert desk.refused(CreatePriceMatch("tea", other)) == (("price_match.unknown_competitor", "price.competitor"),)
    created(desk)
    assert desk.refused(ChangePriceMatch("pm-1", other)) == (("price_match.unknown_competitor", "price.competitor"),)
    desk.policy = PriceMatchPolicy(others_percent=None)
    assert desk.refused(APPROVE) == (("price_match.unknown_competitor", ""),)


def test_a_change_of_nothing_happens_not(make_record_desk: Make) -> None:
    desk = make_record_desk()
    created(desk)
    desk.do(ChangePriceMatch("pm-1", description=""))
    assert len(desk.history) == 1
    both = ChangePriceMatch("pm-1", expires_at=desk.now + timedelta(1), never_expires=True)
    assert desk.refused(both) == (("value.not_accepted", "expires_at"),)


def test_bad_values_are_refused_where_they_are_given() -> None:
    price = CompetitorPrice("rival", eur("1"))
    for make, path in (
        (lambda: CreatePriceMatch("tea", price, Decimal(0)), "min_quantity"),
        (lambda: CreatePriceMatch("tea", price, expires_at=datetime(2026, 3, 9)), "expires_at"),  # noqa: DTZ001 - naive
        (lambda: Competitor("rival", Decimal("100.01")), "percent"),
        (lambda: PriceMatchPolicy(others_percent=0), "others_percent"),
        (lambda: PriceMatchPolicy(max_credit=(eur("1"), eur("2"))), "max_credit"),
        (lambda: PriceMatchPolicy(max_credit=(eur("-1"),)), "max_credit"),
        (lambda: PriceMatchPolicy(window=timedelta(days=-1)), "window"),
    ):
        with pytest.raises(InvalidValue) as caught:
            make()
        assert caught.value.problem.path == path


@given(st.lists(st.sampled_from(["approve", "reject", "price", "expiry", "expire", "day"]), max_size=12))
def test_once_approved_the_price_and_the_decision_stay_whatever_is_tried(
    make_record_desk: Make, story: list[str]
) -> None:
    """After an approval no command changes the price, the quantity or the decision."""
    desk = make_record_desk()
    created(desk, expires_at=desk.now + timedelta(days=2))
    frozen = None
    for number, step in enumerate(story):
        command: Any = {
            "approve": APPROVE,
            "reject": REJECT,
            "price": ChangePriceMatch("pm-1", CompetitorPrice("rival", eur(str(number + 1)))),
            "expiry": ChangePriceMatch("pm-1", expires_at=desk.now + timedelta(days=1)),
            "expire": ExpirePriceMatch("pm-1"),
        }.get(step)
        if command is None:
            desk.now += timedelta(days=1)
            continue
        decision = desk._judge(command, "other", "agent-1")
        if isinstance(decision, tuple):
            desk.do(command, reason="other")
        record = desk.record
        assert record is not None
        if frozen is not None:
            assert (record.price, record.min_quantity, record.decision) == frozen
        elif record.decision is PriceMatchStatus.APPROVED:
            frozen = (record.price, record.min_quantity, record.decision)
