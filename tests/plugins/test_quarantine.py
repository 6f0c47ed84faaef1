from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicecore.plugins.quarantine import Breaker, Quarantine, QuarantinePolicy

START = datetime(2026, 3, 2, tzinfo=UTC)
POLICY = QuarantinePolicy(failures=3, cooldown=timedelta(seconds=10))


def test_it_opens_at_the_third_failure_in_a_row_and_a_success_starts_anew() -> None:
    quarantine = Quarantine(POLICY)
    for step in "ffsff":
        assert quarantine.enter("p", "op", START) == ""
        if step == "f":
            quarantine.fail("p", "op", START)
        else:
            quarantine.succeed("p", "op")
    assert quarantine.open() == ()
    assert quarantine.enter("p", "op", START) == ""
    quarantine.fail("p", "op", START)
    assert quarantine.open() == (("p", "op", START + timedelta(seconds=10)),)
    assert "quarantine" in quarantine.enter("p", "op", START)
    assert quarantine.enter("p", "other", START) == ""
    assert quarantine.enter("q", "op", START) == ""


def test_only_one_call_at_a_time_is_the_trial() -> None:
    quarantine = Quarantine(POLICY)
    quarantine.fail("p", "op", START, at_once=True)
    later = START + timedelta(seconds=10)
    assert quarantine.enter("p", "op", later) == ""
    assert "trial" in quarantine.enter("p", "op", later)
    quarantine.fail("p", "op", later)
    assert "quarantine until" in quarantine.enter("p", "op", later + timedelta(seconds=9))
    assert quarantine.enter("p", "op", later + timedelta(seconds=10)) == ""
    quarantine.succeed("p", "op")
    assert quarantine.open() == ()


@given(st.lists(st.tuples(st.integers(0, 15), st.sampled_from(["ok", "bad", "awful"])), max_size=40))
def test_a_call_is_let_through_exactly_when_no_opening_failure_is_fresh(steps: list[tuple[int, str]]) -> None:
    """Oracle: read the whole history of admitted calls each time, instead of keeping a state."""
    breaker = Breaker()
    history: list[tuple[datetime, str]] = []
    now = START
    for seconds, outcome in steps:
        now += timedelta(seconds=seconds)
        run: list[tuple[datetime, str]] = []
        for entry in history:
            run = [] if entry[1] == "ok" else [*run, entry]
        opened = len(run) >= 3 or any(each[1] == "awful" for each in run)
        expected = not opened or now - run[-1][0] >= timedelta(seconds=10)
        assert breaker.admits(now) is expected
        if not expected:
            continue
        breaker = breaker.begun()
        history.append((now, outcome))
        breaker = breaker.succeeded() if outcome == "ok" else breaker.failed(now, POLICY, at_once=outcome == "awful")
