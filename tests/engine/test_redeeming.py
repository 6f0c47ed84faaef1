"""Coupon uses: counted with the order or not at all, and given back when all of it is canceled."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from servicecore import orders
from servicecore.errors import Refused


def open_with(open_shop: Any, book_with: Any, coupon_with: Any, store: Any = None, **limits: Any) -> Any:
    return open_shop(store, book=book_with(coupons=(coupon_with(**limits),)))


def used(shop: Any, counter: str = "coupon:SPRING") -> int:
    with shop.core.runtime.store.reading() as reader:
        return int(reader.counter(counter))


def test_a_quote_reserves_nothing_and_an_order_counts_once(open_shop: Any, book_with: Any, coupon_with: Any) -> None:
    shop = open_with(open_shop, book_with, coupon_with, limit=1)
    placing = shop.placing(codes=("spring10",))
    assert used(shop) == 0
    shop.agent.execute(placing)
    assert used(shop) == used(shop, "coupon:SPRING:code:SPRING10") == used(shop, "coupon:SPRING:customer:C-1") == 1


def test_check_knows_that_the_last_use_is_gone(open_shop: Any, book_with: Any, coupon_with: Any) -> None:
    shop = open_with(open_shop, book_with, coupon_with, limit=1)
    first, second = shop.placing(codes=("spring10",)), shop.placing(codes=("spring10",))
    shop.agent.execute(first)
    before = shop.snapshot()
    assert [problem.code for problem in shop.agent.check(second)] == ["coupon.limit_reached"]
    with pytest.raises(Refused) as caught:
        shop.agent.execute(second)
    assert [problem.code for problem in caught.value.problems] == ["coupon.limit_reached"]
    assert shop.snapshot() == before
    assert used(shop) == 1


@pytest.mark.parametrize(
    ("limits", "counter"),
    [
        ({"limit": 1}, "coupon:SPRING"),
        ({"limit_per_code": 1}, "coupon:SPRING:code:SPRING10"),
        ({"limit_per_customer": 1}, "coupon:SPRING:customer:C-1"),
        ({"one_time": True}, "coupon:SPRING:code:SPRING10"),
    ],
)
def test_of_two_orders_that_want_the_last_use_one_leaves_nothing_behind(
    request: pytest.FixtureRequest, tmp_path: Path, limits: dict[str, Any], counter: str
) -> None:
    open_shop, book_with, coupon_with = map(request.getfixturevalue, ("open_shop", "book_with", "coupon_with"))
    for url in (None, f"sqlite:///{tmp_path / 'shop.db'}"):
        race_for_the_last_use(open_with(open_shop, book_with, coupon_with, url, **limits), counter)


def race_for_the_last_use(shop: Any, counter: str) -> None:
    commands = [shop.placing(codes=("spring10",)) for _ in range(3)]
    gate = threading.Barrier(len(commands))
    outcomes: list[str] = []

    def run(command: orders.PlaceOrder) -> None:
        gate.wait()
        try:
            shop.agent.execute(command)
            outcomes.append("placed")
        except Refused as refusal:
            outcomes.append(refusal.problems[0].code)

    threads = [threading.Thread(target=run, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["coupon.limit_reached", "coupon.limit_reached", "placed"]
    assert shop.core.count("order") == 1
    assert used(shop, counter) == 1
    assert tuple(shop.core.verify()) == ()


def test_a_race_for_the_last_use_is_settled_by_the_write(
    open_shop: Any, book_with: Any, coupon_with: Any, monkeypatch: Any
) -> None:
    """Even where deciding saw a free use, the conditional count in the order's transaction has the last word."""
    shop = open_with(open_shop, book_with, coupon_with, limit=1)
    first, second = shop.placing(codes=("spring10",)), shop.placing(codes=("spring10",))
    shop.agent.execute(first)
    monkeypatch.setattr("servicecore.engine.decide.check_uses", lambda _reader, _events: ())
    before = shop.snapshot()
    with pytest.raises(Refused) as caught:
        shop.agent.execute(second)
    assert [problem.code for problem in caught.value.problems] == ["coupon.limit_reached"]
    assert shop.snapshot() == before


def test_a_canceled_order_gives_its_coupon_back_once(open_shop: Any, book_with: Any, coupon_with: Any) -> None:
    shop = open_with(open_shop, book_with, coupon_with, limit=1)
    order = shop.agent.execute(shop.placing(3, codes=("spring10",))).id
    shop.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request")
    assert used(shop) == 1
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert used(shop) == used(shop, "coupon:SPRING:code:SPRING10") == used(shop, "coupon:SPRING:customer:C-1") == 0
    shop.agent.execute(orders.AddNote(order, "nothing more to give back"))
    assert used(shop) == 0
    assert shop.agent.check(shop.placing(codes=("spring10",))) == ()


def test_what_goes_back_is_what_was_counted_whatever_the_book_has_become(
    open_shop: Any, book_with: Any, coupon_with: Any
) -> None:
    shop = open_with(open_shop, book_with, coupon_with, limit=5)
    order = shop.agent.execute(shop.placing(codes=("spring10",))).id
    shop.core.use_book(book_with("2"))
    plain = shop.place()
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    shop.agent.execute(orders.CancelOrder(plain), reason="customer_request")
    assert used(shop) == 0


def test_an_order_that_was_sent_in_part_has_used_its_coupon(open_shop: Any, book_with: Any, coupon_with: Any) -> None:
    shop = open_with(open_shop, book_with, coupon_with, limit=1)
    order = shop.agent.execute(shop.placing(3, codes=("spring10",))).id
    shop.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(1)),)))
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert used(shop) == 1


def test_what_an_earlier_release_counted_is_given_back_as_it_kept_it(open_shop: Any) -> None:
    """Before there were redemptions, an order's counters were kept beside it (decision record 14)."""
    shop = open_shop()
    order = shop.place()
    with shop.core.runtime.store.transaction() as transaction:
        transaction.add("coupon:SPRING", 3)
        transaction.put(f"coupons-of:{order}", '["coupon:SPRING"]')
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert used(shop) == 2
