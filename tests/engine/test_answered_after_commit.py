"""What is committed is answered with its receipt, whatever happens while it is handed on; run_due does the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine import desk
from servicecore.errors import Refused
from servicecore.storage.ports import StoreUnavailable


def failing(message: str) -> Callable[..., Any]:
    def fail(*_arguments: Any) -> Any:
        raise StoreUnavailable(message)

    return fail


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_store_that_fails_after_the_commit_leaves_a_receipt_and_work_for_the_next_run(
    open_shop: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    """Three teas at 4.50: the card is asked for 13.50 by the next run, once."""
    shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}" if store == "sqlite" else None)
    command = shop.placing(3, card=True)
    with monkeypatch.context() as patch:
        patch.setattr(desk, "send_requested", failing("the disk is full"))
        patch.setattr(desk, "hand_on", failing("the disk is full still"))
        receipt = shop.agent.execute(command, key="once")

    assert receipt.unfinished == ("the disk is full", "the disk is full still")
    assert receipt.events
    assert shop.order(receipt.id).id == receipt.id
    assert len(shop.core.runtime.store.outbox()) == len(receipt.events)
    assert shop.agent.execute(command, key="once").repeated

    report = shop.core.run_due()
    assert (report.payments, report.failures, report.waiting) == (1, (), ())
    assert shop.core.runtime.store.outbox() == ()
    assert [str(each.amount) for each in shop.order(receipt.id).ledger.transactions if each.amount] == ["13.50 EUR"]
    assert shop.core.run_due().payments == 0
    assert tuple(shop.core.verify()) == ()


def test_payments_that_cannot_be_sent_keep_no_event_from_being_handed_on(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "send_requested", failing("away"))
    receipt = shop.agent.execute(shop.placing(3, card=True))

    assert receipt.unfinished == ("away",)
    assert shop.core.runtime.store.outbox() == ()


def test_what_goes_well_leaves_nothing_unfinished_and_a_refusal_is_raised_still(shop: Any) -> None:
    assert shop.agent.execute(shop.placing(3, card=True)).unfinished == ()
    with pytest.raises(Refused):
        shop.agent.execute(orders.ShipLines("order-none"))
