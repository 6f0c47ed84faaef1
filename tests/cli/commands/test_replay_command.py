"""Replay: recorded orders of the tea shop, priced again; one line was recorded one cent too high.

By hand: O-1 2 x 4.50 + 20.00 = 29.00, freight 2.50 (below 30), tax 2.90; O-2 6 x 4.80 less 10 % = 25.92, tax 2.592;
O-3 12 x 4.20 (from 10) less 10 % = 45.36, no freight, tax 4.536; O-4 3 x 3.20 = 9.60, recorded as 9.61: its line
total, its sub-total and its total 9.60 + 0.96 + 2.50 = 13.06 (recorded 13.07) are missed, its tax of 0.96 is not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_every_figure_is_compared_and_every_miss_listed(run: Run, tea_store: str) -> None:
    answer = run("replay", "--store", tea_store, "--json")
    assert answer.code == 1
    report = answer.json
    assert (report["orders"], report["lines"]) == (4, 5)
    assert [(each["figure"], each["compared"], each["matched"]) for each in report["rates"]] == [
        ("unit price", 5, 5),
        ("line total", 5, 4),
        ("sub-total", 4, 3),
        ("tax", 4, 4),
        ("freight", 4, 4),
        ("total", 4, 3),
    ]
    assert [(each["order"], each["line"], each["recorded"], each["computed"]) for each in report["misses"]] == [
        ("O-4", 1, "9.61 EUR", "9.60 EUR"),
        ("O-4", 0, "9.61 EUR", "9.60 EUR"),
        ("O-4", 0, "13.07 EUR", "13.06 EUR"),
    ]


def test_people_read_rates_and_misses(run: Run, tea_store: str) -> None:
    answer = run("replay", "--store", tea_store)
    assert answer.code == 1
    assert "4 orders with 5 lines, priced again" in answer.out
    assert "order O-4 line 1: line total recorded 9.61 EUR, computed 9.60 EUR" in answer.out
    assert "4 of 4 orders" in answer.err
    assert run("replay", "--store", tea_store, "--quiet").err == ""
    assert [line for line in answer.out.splitlines() if len(line) > 80] == []


def test_a_full_match_ends_well(run: Run, tea_shop: Path) -> None:
    for name in ("orders.jsonl",):
        lines = (tea_shop / name).read_text("utf-8").splitlines(keepends=True)
        (tea_shop / name).write_text("".join(lines[:3]), encoding="utf-8")
    run("import", tea_shop, "--mapping", tea_shop / "mapping.yaml", "--store", "sqlite:///t.db")
    answer = run("replay", "--store", "sqlite:///t.db", "--quiet")
    assert answer.code == 0
    assert "every figure is matched" in answer.out


def test_a_store_without_a_book_or_without_orders_says_so(run: Run, demo_store: str) -> None:
    run("db", "upgrade", "sqlite:///empty.db")
    answer = run("replay", "--store", "sqlite:///empty.db", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "servicecore.not_found"
    answer = run("replay", "--store", demo_store, "--quiet")
    assert answer.code == 0
    assert "holds no recorded orders" in answer.out
