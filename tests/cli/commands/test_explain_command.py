"""Explain: order, case, contract, invoice and the rest, for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Run = Callable[..., Any]
Ids = Callable[[str, str], list[str]]


def one(ids: list[str]) -> str:
    (only,) = ids
    return only


def test_an_order_shows_its_quote_its_money_and_its_history(run: Run, demo_store: str, ids_of: Ids) -> None:
    """Agreed 3548.00, invoiced 2824.69, one kilo refunded: 3548.00 - 2824.69 = 723.31 are owed."""
    answer = run("explain", one(ids_of(demo_store, "order")), "--store", demo_store)
    assert answer.code == 0
    for figure in ("3548.00 EUR  = total", "2824.69 EUR", "22.91 EUR", "723.31 EUR"):
        assert figure in answer.out, figure
    for event in ("orders.placed", "orders.hold_released", "orders.return_refunded"):
        assert event in answer.out, event
    assert [line for line in answer.out.splitlines() if len(line) > 80] == []


def test_a_case_shows_its_deadlines_day_by_day(run: Run, demo_store: str, ids_of: Ids) -> None:
    """Opened Thursday 15:30 in Rome, resolved Friday 15:20: 2:30 on Thursday, 4:00 + 1:20 on Friday."""
    case = one(ids_of(demo_store, "case"))
    answer = run("explain", case, "--store", demo_store)
    assert "2026-03-12  2:30:00 counted" in answer.out
    assert "2026-03-13  5:20:00 counted" in answer.out
    assert "cases.sla_warned" in answer.out
    assert "soluzione: conta da" in run("explain", case, "--store", demo_store, "--locale", "it").out


def test_a_contract_shows_every_charge(run: Run, demo_store: str, ids_of: Ids) -> None:
    """Twelve times 39.00 and twice 40.17, each explained; together 548.34."""
    answer = run("explain", one(ids_of(demo_store, "contract")), "--store", demo_store)
    assert answer.code == 0
    assert answer.out.count("39.00 EUR  = Machine care") == 12
    assert answer.out.count("40.17 EUR  = Machine care") == 2
    assert "548.34" in answer.out
    assert "contracts.contract_renewed" in answer.out


def test_an_invoice_shows_lines_tax_and_what_is_open(run: Run, demo_store: str, ids_of: Ids) -> None:
    """A contract period: 39.00 and 22 % tax of 8.58, 47.58 open; the shipment's invoice is paid."""
    shown = [run("explain", each, "--store", demo_store).out for each in ids_of(demo_store, "invoice")]
    assert len(shown) == 16
    period = [text for text in shown if "contract_period" in text and "39.00" in text]
    assert len(period) == 12
    assert all("8.58" in text and "47.58" in text for text in period)
    (shipment,) = [text for text in shown if "shipment, EUR: paid" in text]
    assert "2824.69" in shipment


@pytest.mark.parametrize("kind", ["customer", "order", "case", "contract", "invoice"])
def test_every_kind_answers_with_one_json_document(run: Run, demo_store: str, ids_of: Ids, kind: str) -> None:
    identity = ids_of(demo_store, kind)[0]
    answer = run("explain", identity, "--store", demo_store, "--json").json
    assert (answer["kind"], answer["state"]["id"]) == (kind, identity)
    assert [each["version"] for each in answer["history"]] == list(range(1, len(answer["history"]) + 1))
    assert all(each["type"].split(".")[0] and each["actor"]["id"] for each in answer["history"])
    assert bool(answer["explanation"]) == (kind in {"order", "case", "contract"})


def test_the_explanation_of_a_total_adds_up(run: Run, demo_store: str, ids_of: Ids) -> None:
    """Read as a person would: the steps above each figure sum to it."""
    answer = run("explain", one(ids_of(demo_store, "order")), "--store", demo_store, "--json").json
    sums = 0
    total = Decimal(0)
    for line in answer["explanation"][0].splitlines():
        figure, _, rest = line.strip().partition(" EUR  ")
        if not rest:
            total = Decimal(0)
        elif rest.startswith("= "):
            assert Decimal(figure) == total, line
            sums, total = sums + 1, Decimal(0)
        else:
            total += Decimal(figure)
    assert sums == 6, "four lines, the charge and the total"


def test_an_item_and_a_customer_are_shown_as_they_are(run: Run, tea_store: str) -> None:
    answer = run("explain", "pot", "--store", tea_store)
    assert '"name": "Tea pot"' in answer.out
    assert "catalog.item_added" in answer.out


def test_an_id_that_nobody_has_is_said(run: Run, demo_store: str) -> None:
    answer = run("explain", "O-none", "--store", demo_store, "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "servicecore.not_found"
    assert "O-none" in run("explain", "O-none", "--store", demo_store).err
