from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import ITEM, AddItem, ChangeItem, Item, ItemAdded, ItemChanged
from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.events import fold
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal, after, judge

LAMP = Item("LAMP", "Lamp", categories=("light", "home"))


def _facts(new_id: str = "", role: str = "editor") -> Facts:
    authority = Authority((Role("editor", ("catalog.*",)),))
    return Facts(datetime(2026, 1, 1, tzinfo=UTC), Actor("mia", roles=(role,)), authority, new_id=new_id)


def _codes(decision: object) -> list[str]:
    assert isinstance(decision, Refusal)
    return [problem.code for problem in decision.problems]


def test_an_item_is_added_under_its_own_id() -> None:
    decision = judge(ITEM, None, AddItem(LAMP), _facts("LAMP"))
    assert decision == (ItemAdded(LAMP),)
    assert after(None, (ItemAdded(LAMP),)) == LAMP
    assert ITEM.indexes(LAMP) == {"category": ("light", "home"), "active": ("yes",)}


def test_an_item_is_not_added_under_another_id() -> None:
    assert _codes(judge(ITEM, None, AddItem(LAMP), _facts("item-1"))) == ["catalog.id_is_the_items"]


def test_an_item_is_added_once() -> None:
    assert _codes(judge(ITEM, LAMP, AddItem(LAMP), _facts("LAMP"))) == ["command.already_exists"]


def test_nobody_without_the_right_changes_an_item() -> None:
    changed = evolve(LAMP, name="Desk lamp")
    assert _codes(judge(ITEM, LAMP, ChangeItem("LAMP", changed), _facts(role="guest"))) == ["authority.not_permitted"]


def test_an_item_keeps_its_id_and_a_change_of_nothing_is_refused() -> None:
    other = judge(ITEM, LAMP, ChangeItem("LAMP", evolve(LAMP, id="BULB")), _facts())
    assert _codes(other) == ["catalog.item_keeps_its_id"]
    assert _codes(judge(ITEM, LAMP, ChangeItem("LAMP", LAMP), _facts())) == ["catalog.nothing_changes"]


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=6))
def test_the_document_is_the_fold_of_the_events_whatever_the_changes(names: list[str]) -> None:
    state, events = LAMP, [ItemAdded(LAMP)]
    log: list[ItemAdded | ItemChanged] = list(events)
    for name in names:
        decision = judge(ITEM, state, ChangeItem("LAMP", evolve(state, name=name)), _facts())
        if isinstance(decision, Refusal):
            assert name == state.name
            continue
        log.extend(event for event in decision if isinstance(event, ItemChanged))
        state = after(state, decision)
    assert fold(log) == state
    assert state.name == (names[-1] if names else "Lamp")
