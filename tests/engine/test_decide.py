"""Deciding among others: a refusal names a reason that held while the command was judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.engine.conftest import NOW

from servicecore.errors import Refused
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.operations import Command
from servicecore.pricing.redemptions import ReserveCoupons


class InterruptedClock(FixedClock):
    """A clock that lets somebody else act when it is read for the ``turn``-th time."""

    turn = 0
    act: Callable[[], object]

    def now(self) -> Any:
        self.turn -= 1
        if self.turn == 0:
            self.act()
        return super().now()


def outcome(run: Callable[[], object]) -> str:
    try:
        run()
    except Refused as refusal:
        return refusal.problems[0].code
    return "done"


def interrupt(shop: Any, interrupted: int, turn: int) -> str | None:
    """Return how the command ended between whose steps the other was carried out; None where it has fewer steps."""
    pair = commands(shop)
    shop.clock.act = lambda: shop.agent.execute(pair[1 - interrupted])
    shop.clock.turn = turn
    told = outcome(lambda: shop.agent.execute(pair[interrupted]))
    return told if shop.clock.turn <= 0 else None


def commands(shop: Any) -> tuple[Command, Command]:
    placing = shop.placing(codes=("spring10",))
    return ReserveCoupons(placing.quote), placing


@pytest.fixture
def open_limited(open_shop: Any, book_with: Any, coupon_with: Any) -> Callable[[], Any]:
    """Return how to open a shop whose coupon can be used once."""
    return lambda: open_shop(book=book_with(coupons=(coupon_with(limit=1),)), clock=InterruptedClock(NOW))


@pytest.mark.parametrize("interrupted", [0, 1], ids=["reserving", "placing"])
def test_an_interrupted_command_ends_as_it_does_after_the_other(
    open_limited: Callable[[], Any], interrupted: int
) -> None:
    """Whoever reserves the last use for a quote does not take it from the order of the same quote."""
    serial = open_limited()
    mine = commands(serial)
    serial.agent.execute(mine[1 - interrupted])
    expected = outcome(lambda: serial.agent.execute(mine[interrupted]))
    assert expected == ("command.already_exists", "done")[interrupted]
    turn = 1
    while (told := interrupt(open_limited(), interrupted, turn)) is not None:
        assert told == expected
        turn += 1
    assert turn > 1
