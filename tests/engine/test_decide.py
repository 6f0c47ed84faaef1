"""Deciding among others: a refusal names a reason that held while the command was judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias

import pytest

from servicecore import pricing
from servicecore.errors import Refused
from servicecore.kernel.operations import Command
from servicecore.pricing.redemptions import ReserveCoupons
from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Document

Pair: TypeAlias = "tuple[Command, Command]"


class InterruptedStore(MemoryStore):
    """A store that lets somebody else act when it is asked for the ``turn``-th time."""

    turn = 0
    act: Callable[[], object]

    def _let_others_act(self) -> None:
        self.turn -= 1
        if self.turn == 0:
            self.act()

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        self._let_others_act()
        return super().load(kind, id)

    def reading(self) -> Any:
        self._let_others_act()
        return super().reading()

    def transaction(self) -> Any:
        self._let_others_act()
        return super().transaction()


def outcome(run: Callable[[], object]) -> str:
    try:
        run()
    except Refused as refusal:
        return refusal.problems[0].code
    return "done"


def interrupt(shop: Any, pair: Pair, interrupted: int, turn: int) -> str | None:
    """Return how the command ended between whose steps the other was carried out; None where it has fewer steps."""
    shop.store.act = lambda: outcome(lambda: shop.agent.execute(pair[1 - interrupted]))
    shop.store.turn = turn
    told = outcome(lambda: shop.agent.execute(pair[interrupted]))
    return told if shop.store.turn <= 0 else None


def commands(shop: Any) -> Pair:
    placing = shop.placing(codes=("spring10",))
    return ReserveCoupons(placing.quote), placing


@pytest.fixture
def open_limited(open_shop: Any, book_with: Any, coupon_with: Any) -> Callable[[], Any]:
    """Return how to open a shop whose coupon can be used once."""
    return lambda: open_shop(InterruptedStore(), book=book_with(coupons=(coupon_with(limit=1),)))


def all_interruptions(open_one: Callable[[], Any], pair_of: Callable[[Any], Pair], interrupted: int) -> Iterator[str]:
    """Yield how the command ended, with the other between any two of its steps."""
    for turn in count(1):
        shop = open_one()
        told = interrupt(shop, pair_of(shop), interrupted, turn)
        if told is None:
            return
        assert shop.core.count("order") == 1
        yield told


@pytest.mark.parametrize("interrupted", [0, 1], ids=["reserving", "placing"])
def test_an_interrupted_command_ends_as_it_does_before_or_after_the_other(
    open_limited: Callable[[], Any], interrupted: int
) -> None:
    """Whoever reserves the last use for a quote does not take it from the order of the same quote."""
    shop = open_limited()
    pair = commands(shop)
    shop.agent.execute(pair[1 - interrupted])
    after = outcome(lambda: shop.agent.execute(pair[interrupted]))
    assert after == ("command.already_exists", "done")[interrupted]
    assert set(all_interruptions(open_limited, commands, interrupted)) == {"done", after}


def test_between_whatever_steps_another_order_is_the_first_only_one_is(open_shop: Any, book_with: Any) -> None:
    """Two carts were quoted as the customer's first order: an order judged as the first does not pass as the second."""
    welcome = pricing.Offer("WELCOME", pricing.PercentOff(Decimal(10)), conditions=(pricing.NthOrder(1),))

    def open_welcoming() -> Any:
        return open_shop(InterruptedStore(), book=book_with(offers=(welcome,)))

    told = all_interruptions(open_welcoming, lambda shop: (shop.placing(1), shop.placing(2)), 0)
    assert set(told) == {"done", "offer.order_number_taken"}
