"""Due work costs what is due, not what is open; and any number of workers gives the same result."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine import ServiceCore, Settings
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.requests import SYSTEM, Request
from servicecore.kernel.authority import Reason
from servicecore.kernel.clock import FixedClock

LONG = bool(os.environ.get("SERVICECORE_LONG"))
SIZES = [(1_000_000, 1_000)] if LONG else [(20_000, 200)]
HOUR = timedelta(hours=1)
_STEP = 10


class Work:
    """Counts the instructions that SQLite carries out: every row that is read, sought or skipped costs some."""

    def __init__(self) -> None:
        self.steps = 0

    def count(self) -> int:
        self.steps += _STEP
        return 0

    def of(self, call: Callable[[], Any]) -> int:
        before = self.steps
        call()
        return self.steps - before


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    counted = Work()
    connect = sqlite3.connect

    def counting(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_progress_handler(counted.count, _STEP)
        return connection

    monkeypatch.setattr(sqlite3, "connect", counting)
    yield counted
    monkeypatch.undo()


def place(shop: Any, number: int) -> list[str]:
    """Place orders whose holds lapse after one hour."""
    placed = execute_in_groups(shop.core.runtime, [Request(shop.placing(1), SYSTEM) for _order in range(number)])
    ids = [each.id for each in placed]
    holds = [
        Request(orders.ApplyHold(each, hold="agent", until=shop.clock.now() + HOUR), SYSTEM, reason=Reason("other"))
        for each in ids
    ]
    assert [each.problems for each in execute_in_groups(shop.core.runtime, holds) if each.problems] == []
    while shop.core.runtime.store.outbox(limit=1):
        shop.core.run_due()
    return ids


def fill(path: Path, number: int) -> None:
    """Write open timers that are not due for years, straight into the table: nobody may look at them."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
            "SELECT 'order', 'filler-' || n, 1, '{}', '{}', '[]', 4000000000000000 + n, 4000000000000000 + n, '' "
            "FROM numbers",
            (number,),
        )


def open_filled(open_shop: Any, path: Path, *, open_timers: int, due: int) -> Any:
    shop = open_shop(f"sqlite:///{path}?synchronous=off")
    place(shop, due)
    fill(path, open_timers)
    return shop


@pytest.mark.parametrize(("open_timers", "due"), SIZES)
def test_a_run_works_in_proportion_to_what_is_due(
    open_shop: Any, tmp_path: Path, work: Work, open_timers: int, due: int
) -> None:
    """A thousand timers beside the due ones, or a thousand times as many: the same work within a tenth."""
    costs = []
    for name, size in (("few", 1_000), ("many", open_timers)):
        shop = open_filled(open_shop, tmp_path / f"{name}.db", open_timers=size, due=due)
        shop.clock.advance(HOUR)
        reports: list[Any] = []
        costs.append(work.of(lambda shop=shop, reports=reports: reports.append(shop.core.run_due())))  # type: ignore[misc]
        assert (reports[0].woken, reports[0].events, reports[0].failures) == (due, due, ())
    assert costs[1] < costs[0] * 1.1


@pytest.mark.parametrize(("open_timers", "due"), SIZES)
def test_an_empty_run_costs_the_same_however_many_timers_are_open(
    open_shop: Any, tmp_path: Path, work: Work, open_timers: int, due: int
) -> None:
    del due
    costs = []
    for name, size in (("few", 1_000), ("many", open_timers)):
        shop = open_filled(open_shop, tmp_path / f"{name}.db", open_timers=size, due=1)
        costs.append(work.of(shop.core.run_due))
    assert costs[1] <= costs[0] + _STEP * 10


def open_elsewhere(url: str, now: Any) -> ServiceCore:
    """Open the shop in another process."""
    return ServiceCore.open(url, settings=Settings(tax_engine="none"), autoload=False, clock=FixedClock(now))


def told(shop: Any, ids: list[str]) -> list[list[tuple[Any, ...]]]:
    """Return what happened to each order, with the instants that things fell due and were noted."""
    return [
        [
            (entry.event.type_name, entry.at, getattr(entry.event, "crossed_at", None))
            for entry in shop.core.history(id_)
        ]
        for id_ in ids
    ]


@pytest.mark.parametrize("workers", ["threads", "a pool", "processes"])
def test_any_workers_give_the_result_of_one(open_shop: Any, tmp_path: Path, workers: str) -> None:
    results = []
    for name, many in (("one", False), ("many", True)):
        url = f"sqlite:///{tmp_path / f'{name}.db'}?synchronous=off&timeout=30"
        shop = open_shop(url)
        ids = place(shop, 60)
        shop.clock.advance(2 * HOUR)
        opener = partial(open_elsewhere, url, shop.clock.now())
        if not many:
            report = shop.core.run_due()
        elif workers == "threads":
            report = shop.core.run_due(workers=4)
        elif workers == "a pool":
            with ThreadPoolExecutor(3) as pool:
                report = shop.core.run_due(workers=pool)
        else:
            with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
                report = shop.core.run_due(workers=pool, opener=opener)
        assert tuple(shop.core.verify()) == ()
        results.append((report, told(shop, ids)))
    assert results[0] == results[1]
    assert results[0][0].events == 60


def test_the_instant_of_a_run_can_be_given(open_shop: Any) -> None:
    """Everything that falls due until then happens, and carries that instant; the clock stays where it is."""
    shop = open_shop()
    (order,) = place(shop, 1)
    before = shop.clock.now()
    assert shop.core.run_due(now=before + HOUR - timedelta(microseconds=1)).events == 0
    assert shop.core.run_due(now=before + HOUR).events == 1
    assert shop.core.history(order)[-1].at == before + HOUR
    assert shop.clock.now() == before
