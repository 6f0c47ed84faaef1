"""What a customer may still use: the ledger of an entitlement."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.cases.entitlement import (
    ChannelTerm,
    DecreaseOn,
    Entitlement,
    EntitlementStatus,
    EntitlementUnit,
    case_reactivated,
    case_released,
    case_resolved,
    cover_case,
    renew_entitlement,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.problems import Problem


def entitlement(total: int = 2, **fields: object) -> Entitlement:
    terms = {"id": "E-1", "customer": "C-1", "start": date(2026, 1, 1), "end": date(2026, 12, 31), "total": total}
    return Entitlement(**(terms | fields))  # type: ignore[arg-type]


def taken(outcome: Entitlement | Problem) -> Entitlement:
    assert isinstance(outcome, Entitlement)
    return outcome


def code(outcome: Entitlement | Problem) -> str:
    assert isinstance(outcome, Problem)
    return outcome.code


def test_a_restricted_entitlement_refuses_at_0_and_another_goes_below() -> None:
    used = taken(cover_case(entitlement(1), "a"))
    assert code(cover_case(used, "b")) == "cases.entitlement_exhausted"
    free = taken(cover_case(used, "b", free=True))
    assert free.remaining == 0
    loose = taken(cover_case(entitlement(0, restrict=False), "a"))
    assert loose.remaining == -1


def test_cancelling_gives_back_once_and_reactivating_takes_again() -> None:
    used = taken(cover_case(entitlement(1), "a"))
    back = case_released(used, "a", "cancel")
    assert (back.remaining, case_released(back, "a", "cancel").remaining) == (1, 1)
    assert taken(case_reactivated(back, "a")).remaining == 0
    other = taken(cover_case(back, "b"))
    assert code(case_reactivated(other, "a")) == "cases.entitlement_exhausted"


def test_a_resolved_case_that_comes_back_is_not_taken_twice_at_creation() -> None:
    used = case_resolved(taken(cover_case(entitlement(2), "a")), "a")
    assert used.remaining == 1
    assert taken(case_reactivated(used, "a")).remaining == 1


def test_minutes_are_taken_at_the_resolution_even_beyond_what_is_left() -> None:
    hour = entitlement(60, unit=EntitlementUnit.MINUTES, decrease_on=DecreaseOn.RESOLUTION)
    used = case_resolved(taken(cover_case(hour, "a")), "a", billable_minutes=90)
    assert used.remaining == -30
    assert code(cover_case(used, "b")) == "cases.entitlement_exhausted"
    assert taken(case_reactivated(used, "a")).remaining == 60


def test_channels_count_their_own_part_and_an_unknown_one_is_not_covered() -> None:
    split = entitlement(3, channels=(ChannelTerm("phone", 1), ChannelTerm("email", 2)))
    used = taken(cover_case(split, "a", channel="phone"))
    assert (used.channel_remaining("phone"), used.channel_remaining("email"), used.remaining) == (0, 2, 2)
    refused = cover_case(used, "b", channel="phone")
    assert code(refused) == "cases.channel_exhausted"
    assert isinstance(refused, Problem)
    assert refused.param("accepted") == "email"
    assert code(cover_case(used, "b", channel="twitter")) == "cases.channel_not_entitled"
    assert case_released(used, "a", "cancel").channel_remaining("phone") == 1


def test_a_detached_case_is_not_under_the_entitlement_any_more() -> None:
    later = entitlement(2, decrease_on=DecreaseOn.RESOLUTION)
    detached = case_released(taken(cover_case(later, "a")), "a", "detach")
    assert case_resolved(detached, "a").remaining == 2
    attached = taken(cover_case(detached, "a", reason="attach"))
    assert case_resolved(attached, "a").remaining == 1


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2025, 12, 31), EntitlementStatus.WAITING),
        (date(2026, 1, 1), EntitlementStatus.ACTIVE),
        (date(2026, 12, 31), EntitlementStatus.ACTIVE),
        (date(2027, 1, 1), EntitlementStatus.EXPIRED),
    ],
)
def test_both_its_days_are_inclusive(on: date, status: EntitlementStatus) -> None:
    assert entitlement(activated=True).status(on) is status
    assert entitlement().status(on) is EntitlementStatus.DRAFT


def test_only_what_is_over_is_renewed_and_as_a_draft_as_long_as_before() -> None:
    old = taken(cover_case(entitlement(activated=True), "a"))
    assert code(renew_entitlement(old, date(2026, 6, 1), "E-2")) == "cases.entitlement_not_renewable"
    new = taken(renew_entitlement(old, date(2027, 3, 1), "E-2"))
    assert (new.start, new.end, new.remaining) == (date(2027, 3, 1), date(2028, 2, 28), 2)
    assert new.status(date(2027, 3, 1)) is EntitlementStatus.DRAFT


def test_it_cannot_end_before_it_starts_or_be_worth_less_than_nothing() -> None:
    with pytest.raises(InvalidValue):
        entitlement(end=date(2025, 12, 31))
    with pytest.raises(InvalidValue):
        entitlement(-1)


STEPS = st.tuples(
    st.sampled_from(("create", "resolve", "reactivate", "cancel", "merge", "detach")), st.sampled_from("ab")
)


@given(st.lists(STEPS, max_size=20), st.sampled_from(DecreaseOn), st.booleans())
def test_what_is_left_is_the_total_less_what_cases_hold_and_a_case_holds_0_or_1(
    steps: list[tuple[str, str]], decrease_on: DecreaseOn, restrict: bool
) -> None:
    now = entitlement(1, decrease_on=decrease_on, restrict=restrict)
    for what, case in steps:
        outcome: Entitlement | Problem
        if what == "create":
            outcome = cover_case(now, case)
        elif what == "resolve":
            outcome = now if now.held_by(case) else case_resolved(now, case)
        elif what == "reactivate":
            outcome = case_reactivated(now, case)
        else:
            outcome = case_released(now, case, what)
        now = now if isinstance(outcome, Problem) else outcome
        held = [now.held_by(each) for each in "ab"]
        assert set(held) <= {0, 1}
        assert now.remaining == 1 - sum(held)
        if restrict and decrease_on is DecreaseOn.CREATION:
            assert now.remaining >= 0
