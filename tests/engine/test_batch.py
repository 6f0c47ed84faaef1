"""Groups of commands: each group whole or not at all, and one by one where its members meet each other."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore import orders
from servicecore.catalog import AddItem, ChangeItem, Item
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.requests import SYSTEM, Request


def items(*ids: str) -> list[Request]:
    return [Request(AddItem(Item(each, f"Item {each}")), SYSTEM) for each in ids]


def test_each_request_is_answered_in_order_with_its_id(shop: Any) -> None:
    results = list(execute_in_groups(shop.core.runtime, items("a", "b", "c"), size=2))
    assert [(each.id, each.problems) for each in results] == [("a", ()), ("b", ()), ("c", ())]
    assert shop.core.count("item") == 3


def test_a_refused_member_does_not_stop_its_group(shop: Any) -> None:
    list(execute_in_groups(shop.core.runtime, items("b")))
    results = list(execute_in_groups(shop.core.runtime, items("a", "b", "c")))
    assert [bool(each.problems) for each in results] == [False, True, False]
    assert shop.core.count("item") == 3


def test_a_group_is_one_unit_of_work(shop: Any, monkeypatch: Any) -> None:
    real = shop.core.runtime.journal.write_event
    written: list[str] = []

    def write(event: Any, meta: Any, at: Any) -> Any:
        written.append(event.item.id)
        if len(written) == 4:
            raise KeyboardInterrupt
        return real(event, meta, at)

    monkeypatch.setattr(type(shop.core.runtime.journal), "write_event", lambda _self, *given: write(*given))
    with pytest.raises(KeyboardInterrupt):
        list(execute_in_groups(shop.core.runtime, items("a", "b", "c", "d"), size=2))
    assert [each.id for each in shop.core.runtime.store.documents("item")] == ["a", "b"]


def test_two_of_a_group_for_the_same_thing_are_done_one_after_the_other(shop: Any) -> None:
    list(execute_in_groups(shop.core.runtime, items("a")))
    changes = [Request(ChangeItem("a", Item("a", name)), SYSTEM) for name in ("first", "second")]
    results = list(execute_in_groups(shop.core.runtime, changes))
    assert [each.problems for each in results] == [(), ()]
    assert shop.agent.get("a", "item").name == "second"


def test_two_of_a_group_that_claim_the_same_leave_one(shop: Any) -> None:
    placing = shop.placing()
    first, second = execute_in_groups(shop.core.runtime, [Request(placing, SYSTEM), Request(placing, SYSTEM)])
    assert first.problems == ()
    assert [problem.code for problem in second.problems] == ["command.claim_taken"]
    assert shop.core.find("order", "quote", placing.quote.id) == (first.id,)
    assert isinstance(shop.agent.get(first.id, "order"), orders.Order)
