"""A quote without a coupon code and with one, while the codes in the store grow from ten to millions.

Codes are rows of a SQLite file; a quote looks up those that were typed. For each number of codes a file is made with
`desk.generate_codes`, then quotes of one line take turns on all files, each typed code drawn from all of its file, and
SQLite's own counters say what one quote asks: statements, rows that came back, and steps of its virtual machine, which
would show a scan. Run it as a program: `python benchmarks/coupon_codes.py`, or with the numbers of codes: `python
benchmarks/coupon_codes.py 10 1000000 10000000`, which takes a quarter of an hour and 2 GB of disk.
Targets: counters that do not change with the number of codes, and a process that needs the same memory for all.
"""

from __future__ import annotations

import gc
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest.mock import patch

from servicecore import pricing
from servicecore.catalog import Item
from servicecore.engine import ServiceCore, Settings
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.pricing import campaigns

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", roles={"agent"})
MANAGER = Actor("manager-1", roles={"manager"})
SIZES = (10, 20_000)
BATCH = 10_000
SAMPLE = 500
ROUNDS = 9
EACH = 200


@dataclass
class Asked:
    """What SQLite was asked and did."""

    statements: int = 0
    rows: int = 0
    steps: int = 0


class Counted(sqlite3.Connection):
    """A connection that counts; its counters are those of all connections that were opened meanwhile."""

    asked = Asked()

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.set_trace_callback(self.on_statement)
        self.set_progress_handler(self.on_step, 1)
        self.row_factory = self.on_row

    def on_statement(self, _statement: str) -> None:
        self.asked.statements += 1

    def on_step(self) -> int:
        self.asked.steps += 1
        return 0

    def on_row(self, _cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        self.asked.rows += 1
        return row


@contextmanager
def counted() -> Iterator[Asked]:
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=Counted)):
        yield Counted.asked


def open_shop(path: Path) -> ServiceCore:
    items = (Item("tea", "Green tea", base_price=Money("4.50", "EUR")),)
    return ServiceCore.open(
        f"sqlite:///{path}",
        settings=Settings(tax_engine="none"),
        book=pricing.PriceBook(id="shop", version="1", items=items),
        autoload=False,
        clock=FixedClock(NOW),
    )


def peak() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def generate(path: Path, count: int) -> list[str]:
    """Fill a file and return a sample of its codes from all batches."""
    with open_shop(path) as core:
        manager = core.acting_as(MANAGER)
        tier = pricing.CouponTier(Money("0", "EUR"), Decimal(10), pricing.CouponValue.PERCENT)
        coupon = pricing.Coupon("SPRING", codes=(), tiers=(tier,), limit_per_code=1)
        manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(coupon)))
        began, worked = time.perf_counter(), time.process_time()
        every = max(1, count // SAMPLE)
        codes = manager.generate_codes("SPRING", count, name="letters", length=12, size=BATCH)
        sample = [code for number, code in enumerate(codes) if number % every == 0]
        passed, worked = time.perf_counter() - began, time.process_time() - worked
        manager.execute(campaigns.ActivateCampaign("SPRING"))
    size = path.stat().st_size / 1e6
    print(
        f"  {count:>10,} codes  {passed:8.1f} s, {worked:8.1f} s of the processor, {worked / count * 1e6:.0f} us each"
    )
    print(f"  {'':>10}        {size:8.1f} MB on disk, peak of the process {peak():.0f} MB", flush=True)
    return sample


def cart(*codes: str) -> pricing.Cart:
    line = pricing.CartLine("tea", Decimal(3))
    return pricing.Cart(customer="C-1", currency="EUR", lines=(line,), codes=codes)


def count_one(path: Path, sample: list[str]) -> None:
    """Print what one quote asks SQLite, after another one of its kind."""
    with counted() as asked, open_shop(path) as core:
        desk = core.acting_as(AGENT)
        for name, codes in (("without", ((), ())), ("with", ((sample[0],), (sample[-1],)))):
            for typed in codes:
                asked.statements = asked.rows = asked.steps = 0
                quote = desk.quote(cart(*typed))
                assert not quote.not_applied, quote.not_applied
            found = f"{asked.statements} statements, {asked.rows} rows, {asked.steps} steps"
            print(f"  {'':>10} {name:>8} a code: {found}")


def quotes(desk, typed: list[tuple[str, ...]]) -> float:
    """Return the microseconds of the processor that a quote took."""
    gc.collect()
    began = time.process_time()
    for each in range(EACH):
        desk.quote(cart(*typed[each % len(typed)]))
    return (time.process_time() - began) / EACH * 1e6


def take_turns(paths: dict[int, Path], samples: dict[int, list[str]]) -> None:
    with ExitStack() as stack:
        desks = {count: stack.enter_context(open_shop(path)).acting_as(AGENT) for count, path in paths.items()}
        found: dict[tuple[int, str], list[float]] = {}
        for turn in range(ROUNDS):
            for count, desk in desks.items():
                sample = [(code,) for code in samples[count]]
                sample = sample[turn * EACH % len(sample) :] + sample[: turn * EACH % len(sample)]
                found.setdefault((count, "without"), []).append(quotes(desk, [()]))
                found.setdefault((count, "with"), []).append(quotes(desk, sample))
    least = min(paths)
    for count in paths:
        for name in ("without", "with"):
            took, base = statistics.median(found[count, name]), statistics.median(found[least, name])
            print(f"  {count:>10,} codes, {name:>7} a code {took:7.0f} us, {took / base:.2f} x that of {least}")


def prove(path: Path, count: int) -> None:
    with open_shop(path) as core:
        worked = time.process_time()
        assert list(core.verify()) == []
        worked = time.process_time() - worked
        print(f"  {count:>10,} codes  {worked:8.1f} s of the processor, peak of the process {peak():.0f} MB")


def main(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix="servicecore-bench-") as name:
        paths = {count: Path(name) / f"{count}.db" for count in sizes}
        print("Generating")
        samples = {count: generate(path, count) for count, path in paths.items()}
        print("\nWhat one quote asks SQLite")
        for count, path in paths.items():
            print(f"  {count:>10,} codes")
            count_one(path, samples[count])
        print("\nA quote of one line, processor time")
        take_turns(paths, samples)
        print("\nVerify")
        for count, path in paths.items():
            prove(path, count)


if __name__ == "__main__":
    main(tuple(sorted(int(each.replace("_", "")) for each in sys.argv[1:])) or SIZES)
