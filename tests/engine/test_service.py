"""The front door: histories, states of the past, finding, searching, proving, and opening on a file."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

import servicecore
from servicecore import orders
from servicecore.customers import ContactPoints, RegisterCustomer
from servicecore.engine import KINDS, ServiceCore, UnknownCommand
from servicecore.errors import AmbiguousId, InvalidValue, NotFound

HEAVY = ("pydantic", "pluggy", "cattrs", "sqlalchemy", "babel", "alembic", "click", "rich", "yaml")


def test_importing_servicecore_loads_nothing_heavy() -> None:
    code = f"import sys, servicecore; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_the_front_door_gives_each_of_its_names_and_no_other() -> None:
    for name in servicecore.__all__:
        assert getattr(servicecore, name).__name__ == name
    assert set(servicecore.__all__) <= set(dir(servicecore))
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = servicecore.Nonsense


def test_the_history_says_who_did_what_when_and_why(shop: Any) -> None:
    order = shop.place()
    shop.clock.advance(timedelta(hours=1))
    shop.agent.execute(orders.ApplyHold(order, hold="agent"), reason=servicecore.Reason("other", "asked by phone"))
    entry = shop.core.history(order)[-1]
    assert entry.version == len(shop.core.history(order))
    assert (entry.at, entry.actor, entry.approver) == (shop.clock.now(), shop.agent.actor, "")
    assert entry.reason == servicecore.Reason("other", "asked by phone")
    assert (entry.command, entry.event.type_name) == ("orders.apply_hold", "orders.hold_applied")


def test_a_state_of_the_past_is_found_by_version_and_by_instant(shop: Any) -> None:
    order = shop.place()
    placed = shop.clock.now()
    before = shop.order(order)
    version = len(shop.core.history(order))
    shop.clock.advance(timedelta(hours=1))
    shop.agent.execute(orders.AddNote(order, "later"))

    assert shop.core.as_of(order, version) == before
    assert shop.core.as_of(order, version + 1) == shop.order(order) != before
    assert shop.core.as_of(order, placed) == before
    assert shop.core.as_of(order, placed + timedelta(hours=1)) == shop.order(order), "the instant is inclusive"
    assert shop.core.as_of(order, placed + timedelta(minutes=59)) == before
    for too_early in (0, placed - timedelta(microseconds=1)):
        with pytest.raises(NotFound, match="had not begun"):
            shop.core.as_of(order, too_early)
    with pytest.raises(InvalidValue, match="no time zone"):
        shop.core.as_of(order, datetime(2026, 3, 2))  # noqa: DTZ001 - the naive instant is the point


def test_finding_goes_by_index_in_pages(shop: Any) -> None:
    placed = sorted(shop.place() for _ in range(3))
    assert shop.core.find("order", "customer", "C-1") == tuple(placed)
    assert shop.core.find("order", "customer", "C-1", limit=2) == tuple(placed[:2])
    assert shop.core.find("order", "customer", "C-1", after=placed[1]) == (placed[2],)
    assert shop.core.find("order", "customer", "C-2") == ()
    assert shop.core.count("order") == 3
    assert shop.core.count("case") == 0


def test_searching_goes_by_words(shop: Any) -> None:
    points = ContactPoints(emails=("rossi@example.org",))
    shop.agent.execute(RegisterCustomer(customer_name="Mario Rossi", id="C-1", points=points))
    shop.agent.execute(RegisterCustomer(customer_name="Anna Bianchi", id="C-2"))
    assert shop.core.search("customer", "rossi MARIO") == ("C-1",)
    assert shop.core.search("customer", "nobody") == ()


@pytest.mark.parametrize("ask", ["find", "count", "search", "locate", "history"])
def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(shop: Any, ask: str) -> None:
    questions = {
        "find": lambda: shop.core.find("oder", "customer", "C-1"),
        "count": lambda: shop.core.count("oder"),
        "search": lambda: shop.core.search("oder", "x"),
        "locate": lambda: shop.core.locate("x", "oder"),
        "history": lambda: shop.core.history("x", "oder"),
    }
    with pytest.raises(UnknownCommand, match="there are customer, item"):
        questions[ask]()


def test_an_id_that_nothing_has_is_not_found(shop: Any) -> None:
    for ask in (shop.core.locate, shop.core.history, shop.agent.get, shop.agent.allowed):
        with pytest.raises(NotFound, match="looked for"):
            ask("nobody")


def test_an_id_that_several_kinds_have_is_found_by_its_kind(shop: Any) -> None:
    shop.agent.execute(RegisterCustomer(customer_name="Rossi", id="order-1"))
    order = shop.place()
    assert order == "order-1"
    assert shop.core.locate("order-1", "customer")[0].name == "customer"
    assert shop.core.locate("order-1", "order")[0].name == "order"
    with pytest.raises(AmbiguousId, match="name the kind: customer, order"):
        shop.core.locate("order-1")


def test_allowed_tells_for_each_operation_whether_and_why_not(shop: Any) -> None:
    order = shop.place(3)
    tasks = {task.name: task for task in shop.agent.allowed(order)}
    assert tasks["orders.ship_lines"].possible
    assert tasks["orders.cancel_order"].possible
    assert [problem.code for problem in tasks["orders.invoice_shipment"].problems] != []
    assert tasks["orders.ship_lines"].capabilities
    assert "orders.place_order" not in tasks
    guest = {task.name: task for task in shop.core.acting_as(servicecore.Actor("guest")).allowed(order)}
    assert {task.problems[0].code for task in guest.values()} == {"authority.not_permitted"}


def test_allowed_and_check_agree_for_every_operation_without_further_input(shop: Any) -> None:
    order = shop.place(3)
    commands = (orders.ShipLines(order), orders.InvoiceShipment(order), orders.CapturePayment(order))
    tasks = {task.name: task.problems for task in shop.agent.allowed(order)}
    for command in commands:
        assert tasks[command.name] == shop.agent.check(command)


def test_a_file_keeps_everything_and_verifies(open_shop: Any, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    shop = open_shop(url)
    order = shop.place(3, card=True)
    state, history = shop.order(order), shop.core.history(order)
    shop.core.close()
    with ServiceCore.open(url, autoload=False) as again:
        assert again.locate(order) == (orders.ORDER, state)
        assert again.history(order) == history
        assert again.book().book.id == "shop"
        assert tuple(again.verify()) == ()


def test_verify_finds_a_document_that_is_not_the_fold_of_its_events(shop: Any) -> None:
    order = shop.place()
    tables = shop.core.runtime.store._tables
    document = tables.documents["order", order]
    tables.documents["order", order] = evolve(document, data=document.data.replace("13.50", "3.50"))
    assert [(each.kind, each.id) for each in shop.core.verify()] == [("order", order)]


def test_kinds_have_distinct_names_commands_and_events() -> None:
    commands = [operation.name for kind in KINDS for operation in kind.operations]
    assert len(commands) == len(set(commands))
    assert len({kind.name for kind in KINDS}) == len(KINDS)
