"""The three verbs: they agree, they change nothing when they should not, and keys and versions protect callers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore import orders
from servicecore.engine.execute import execute
from servicecore.engine.requests import Request
from servicecore.errors import Refused, VersionConflict
from servicecore.kernel.authority import Actor
from servicecore.kernel.money import Money


def codes(problems: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(problem.code for problem in problems)


def refused(act: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        act()
    return codes(caught.value.problems)


def test_check_and_preview_change_nothing_and_execute_does_what_preview_said(shop: Any) -> None:
    order = shop.place()
    before = shop.snapshot()
    command = orders.AddNote(order, "call back")

    assert shop.agent.check(command) == ()
    preview = shop.agent.preview(command)
    assert shop.snapshot() == before

    receipt = shop.agent.execute(command)
    assert receipt.events == preview.events
    assert (receipt.kind, receipt.id, receipt.version) == ("order", order, shop.core.history(order)[-1].version)
    assert shop.snapshot() != before


def test_a_refused_command_changes_nothing_and_names_what_check_names(shop: Any) -> None:
    order = shop.place()
    before = shop.snapshot()
    command = orders.ShipLines(order, lines=(orders.LineQuantity(9, Decimal(1)),))
    problems = shop.agent.check(command)
    with pytest.raises(Refused) as caught:
        shop.agent.execute(command, key="k")
    assert caught.value.problems == problems != ()
    assert shop.agent.preview(command).problems == problems
    assert shop.agent.preview(command).events == ()
    assert shop.snapshot() == before


def test_an_unknown_id_is_a_problem_and_no_exception_of_check(shop: Any) -> None:
    assert codes(shop.agent.check(orders.AddNote("order-99", "hello"))) == ("command.not_found",)


def test_an_actor_without_a_fitting_role_is_refused(shop: Any) -> None:
    order = shop.place()
    guest = shop.core.acting_as(Actor("guest"))
    assert codes(guest.check(orders.AddNote(order, "hello"))) == ("authority.not_permitted",)
    assert refused(lambda: guest.execute(orders.AddNote(order, "hello"))) == ("authority.not_permitted",)


def test_who_has_no_right_makes_no_plugin_work(open_shop: Any) -> None:
    shop = open_shop()
    placing = shop.placing()
    calls = len(shop.core.runtime.host.calls)
    guest = shop.core.acting_as(Actor("guest"))
    assert codes(guest.check(placing)) == ("authority.not_permitted",)
    assert len(shop.core.runtime.host.calls) == calls


def test_a_missing_reason_is_refused_and_a_given_one_is_kept_in_the_history(shop: Any) -> None:
    order = shop.place()
    assert "authority.reason_required" in refused(lambda: shop.agent.execute(orders.CancelOrder(order)))
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    canceled = [entry for entry in shop.core.history(order) if entry.command == "orders.cancel_order"]
    assert canceled
    for entry in canceled:
        assert entry.reason is not None
        assert (entry.actor.id, entry.reason.code) == ("agent-7", "customer_request")


def test_a_refund_beyond_the_limit_takes_a_second_person_who_is_recorded(shop: Any) -> None:
    """60 units at 4.50 are 270.00: beyond the agent's limit of 200.00, within the supervisor's of 2000.00."""
    order = shop.place(60)
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))
    shop.agent.execute(orders.RequestReturn(order, lines=(orders.LineQuantity(1, Decimal(60)),)), reason="unwanted")
    shop.agent.execute(orders.ReceiveReturn(order, returned=1))
    refund = orders.RefundReturn(order, returned=1)
    supervisor = Actor("supervisor-2", roles={"supervisor"})
    colleague = Actor("agent-8", roles={"agent"})

    assert codes(shop.agent.check(refund)) == ("authority.approval_required",)
    assert codes(shop.agent.check(refund, approved_by=colleague)) == ("authority.approval_required",)
    assert codes(shop.agent.check(refund, approved_by=shop.agent.actor)) == ("authority.approver_is_actor",)
    assert shop.agent.check(refund, approved_by=supervisor) == ()
    shop.agent.execute(refund, approved_by=supervisor)
    approvers = {entry.approver for entry in shop.core.history(order) if entry.command == "orders.refund_return"}
    assert approvers == {"supervisor-2"}


def test_people_may_not_do_what_only_due_work_does(shop: Any) -> None:
    order = shop.place()
    assert codes(shop.manager.check(orders.ExpireDue(order))) == ("authority.not_permitted",)
    assert refused(lambda: shop.manager.execute(orders.ExpireDue(order))) == ("authority.not_permitted",)
    assert "orders.expire_due" not in {task.name for task in shop.manager.allowed(order)}


def test_the_same_key_and_command_happen_once_and_are_answered_alike(shop: Any) -> None:
    placing = shop.placing()
    first = shop.agent.execute(placing, key="k-1")
    before = shop.snapshot()
    again = shop.agent.execute(placing, key="k-1")
    assert (again.kind, again.id, again.repeated) == (first.kind, first.id, True)
    assert again.version == 1 + sum(event.type_name == "orders.payment_requested" for event in first.events)
    assert shop.snapshot() == before
    assert shop.core.count("order") == 1


def test_a_key_used_for_another_command_is_refused(shop: Any) -> None:
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "one"), key="k-1")
    assert refused(lambda: shop.agent.execute(orders.AddNote(order, "two"), key="k-1")) == ("command.key_reused",)
    assert [note.text for note in shop.order(order).notes] == ["one"]


def test_a_refused_command_leaves_its_key_free(shop: Any) -> None:
    order = shop.place()
    refused(lambda: shop.agent.execute(orders.CancelOrder(order), key="k-1"))
    assert shop.agent.execute(orders.AddNote(order, "after all"), key="k-1").repeated is False


def run_together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run ``act`` in ``count`` threads that start together; exceptions are results."""
    gate = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = act(number)
        except Exception as error:  # noqa: BLE001 - what each thread met is what the test looks at
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_threads_with_one_key_execute_once(store: str, open_shop: Any, tmp_path: Any) -> None:
    shop = open_shop(None if store == "memory" else f"sqlite:///{tmp_path / 'shop.db'}")
    order = shop.place()
    results = run_together(4, lambda _number: shop.agent.execute(orders.AddNote(order, "once"), key="k-1"))
    assert [note.text for note in shop.order(order).notes] == ["once"]
    assert sorted(receipt.repeated for receipt in results) == [False, True, True, True]
    assert len({receipt.version for receipt in results}) == 1


def test_threads_with_one_key_place_one_order(open_shop: Any, coupon_with: Any, book_with: Any) -> None:
    shop = open_shop(book=book_with(coupons=(coupon_with(limit=1),)))
    placing = shop.placing(codes=("spring10",))
    results = run_together(4, lambda _number: shop.agent.execute(placing, key="k-1"))
    assert {receipt.id for receipt in results} == {results[0].id}
    assert shop.core.count("order") == 1


def test_another_version_than_the_caller_saw_is_refused(shop: Any) -> None:
    order = shop.place()
    seen = len(shop.core.history(order))
    shop.agent.execute(orders.AddNote(order, "one"), expected_version=seen)
    note = orders.AddNote(order, "two")
    assert codes(shop.agent.check(note, expected_version=seen)) == ("command.stale",)
    assert refused(lambda: shop.agent.execute(note, expected_version=seen)) == ("command.stale",)


class Overtaken:
    """A store before whose next writes somebody else changes the order first."""

    def __init__(self, shop: Any, times: int, overtake: Callable[[], object]) -> None:
        self._store = shop.core.runtime.store
        self._times = times
        self._overtake = overtake

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def transaction(self) -> Any:
        if self._times:
            self._times -= 1
            self._overtake()
        return self._store.transaction()


def test_a_lost_race_is_decided_afresh_on_the_new_state(shop: Any) -> None:
    """Somebody ships two of three units in between: all that is open is then one unit, and that is shipped."""
    order = shop.place(3)
    two = orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(2)),))
    runtime = evolve(
        shop.core.runtime, store=Overtaken(shop, 1, lambda: execute(shop.core.runtime, Request(two, shop.agent.actor)))
    )
    receipt = execute(runtime, Request(orders.ShipLines(order), shop.agent.actor))
    assert [event.type_name for event in receipt.events] == ["orders.lines_shipped"]
    assert [line.quantity for line in shop.order(order).shipments[-1].lines] == [Decimal(1)]
    assert shop.order(order).open == 0


def test_a_lost_race_is_refused_where_the_new_state_does_not_allow_it(shop: Any) -> None:
    order = shop.place(3)
    all_units = Request(orders.ShipLines(order), shop.agent.actor)
    runtime = evolve(shop.core.runtime, store=Overtaken(shop, 1, lambda: execute(shop.core.runtime, all_units)))
    assert "orders.nothing_open" in refused(lambda: execute(runtime, all_units))


def test_who_always_loses_the_race_is_told_so(shop: Any) -> None:
    order = shop.place()
    other = Request(orders.AddNote(order, "faster"), shop.agent.actor)
    runtime = evolve(shop.core.runtime, store=Overtaken(shop, 99, lambda: execute(shop.core.runtime, other)))
    with pytest.raises(VersionConflict):
        execute(runtime, Request(orders.AddNote(order, "slower"), shop.agent.actor))
    assert {note.text for note in shop.order(order).notes} == {"faster"}


def test_what_another_holds_is_refused_by_check_and_execute_alike(shop: Any) -> None:
    """A quote is ordered once: its claim belongs to the first order."""
    placing = shop.placing()
    shop.agent.execute(placing)
    before = shop.snapshot()
    assert codes(shop.agent.check(placing)) == ("command.claim_taken",)
    assert refused(lambda: shop.agent.execute(placing)) == ("command.claim_taken",)
    assert shop.snapshot() == before


def test_two_threads_that_want_one_claim_get_one_order(shop: Any) -> None:
    placing = shop.placing()
    results = run_together(3, lambda _number: shop.agent.execute(placing))
    problems = [codes(each.problems) for each in results if isinstance(each, Refused)]
    assert problems == [("command.claim_taken",)] * 2
    assert shop.core.count("order") == 1


def test_preview_says_how_the_figures_of_an_order_would_change(shop: Any) -> None:
    """3 at 4.50 are 13.50; canceling one takes 4.50 off; invoicing two bills 9.00 and takes as much."""
    figures = {each.name: each for each in shop.agent.preview(shop.placing(3)).figures}
    assert (figures["total"].before, figures["total"].after) == (Money(0, "EUR"), Money("13.50", "EUR"))
    order = shop.place(3)
    cancel = shop.agent.preview(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request").figures
    assert {each.name: str(each.delta.amount) for each in cancel if each.delta} == {"total": "-4.50"}
    shop.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(2)),)))
    bill = shop.agent.preview(orders.InvoiceShipment(order)).figures
    assert {each.name: str(each.delta.amount) for each in bill if each.delta} == {"invoiced": "9.00"}


def test_an_order_whose_tender_limit_is_in_another_currency_is_refused_and_not_broken(shop: Any) -> None:
    quote = shop.agent.quote(shop.cart())
    tender = orders.OnAccount(max_amount=Money("99", "USD"))
    assert codes(shop.agent.check(orders.PlaceOrder(quote=quote, tenders=(tender,)))) == ("orders.tender_currency",)


def test_time_of_events_is_the_clock_of_the_installation(shop: Any) -> None:
    order = shop.place()
    shop.clock.advance(timedelta(hours=5))
    shop.agent.execute(orders.AddNote(order, "later"))
    first, last = shop.core.history(order)[0], shop.core.history(order)[-1]
    assert last.at - first.at == timedelta(hours=5)
