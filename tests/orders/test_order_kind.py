from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from servicecore.kernel.authority import Actor
from servicecore.kernel.operations import Refusal, judge
from servicecore.orders import ORDER, AddNote, ApplyHold, CancelOrder, ReleaseHold
from servicecore.pricing.quote import Quote


def test_names_are_unique_and_every_operation_says_what_it_serves() -> None:
    names = [operation.name for operation in ORDER.operations]
    assert len(set(names)) == len(names)
    assert all(name.startswith("orders.") for name in names)
    assert all(operation.capabilities for operation in ORDER.operations)
    types = [event.type_name for event in ORDER.events()]
    assert len(set(types)) == len(types)


def test_an_order_is_found_by_what_it_is_and_what_stops_it(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("1", "10.00", "0.00"), ("1", "5.00", "0.00")))
    desk.do(ApplyHold("order-1", "customer"), reason="other")
    order = desk.do(ApplyHold("order-1", "agent"), reason="other")
    found = ORDER.indexes(order)
    assert (found["customer"], found["status"], found["item"], found["hold"], found["quote"]) == (
        ("C-1",),
        ("open",),
        ("ITEM-1", "ITEM-2"),
        ("agent", "customer"),
        ("q-1",),
    )
    desk.do(ReleaseHold("order-1", 1), reason="verified")
    order = desk.do(CancelOrder("order-1"), reason="other")
    found = ORDER.indexes(order)
    assert (found["status"], found["hold"]) == (("canceled",), ("agent",))


def test_without_the_right_nothing_is_done(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    order = desk.place(make_quote())
    facts = evolve(desk.facts(), actor=Actor("guest-1", roles={"guest"}))
    decision = judge(ORDER, order, AddNote("order-1", "hello"), facts)
    assert isinstance(decision, Refusal)
    assert [problem.code for problem in decision.problems] == ["authority.not_permitted"]
