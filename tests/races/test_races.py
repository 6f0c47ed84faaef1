"""Eight threads and four processes on one order, one coupon, one contract: the result is one of the serial ones.

Gift cards are not there yet.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen
from tests.crash.points import Points
from tests.crash.scenarios import _sign
from tests.crash.shop import NOW, Shop
from tests.races.contest import Entry, by_processes, by_threads, check_serial, copied, entry

from servicecore import orders
from servicecore.billing import InvoiceKind
from servicecore.contracts import GiveNotice, HoldContract, ResumeContract, RunContract, TerminateContract
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.storage.memory import MemoryStore


@frozen
class Arena:
    """A shop on a store that many can open."""

    shop: Shop
    url: str
    hands: str

    def play(self, entries: list[Entry]) -> tuple[MemoryStore, dict[str, str]]:
        """Play with eight threads or four processes, and return what was there before, and every outcome."""
        before = copied(self.shop.core.runtime.store)
        random.Random(5).shuffle(entries)
        if self.hands == "threads":
            return before, by_threads(self.shop, entries, 8)
        (self.shop.folder / "now.txt").write_text(self.shop.clock.now().isoformat(), encoding="utf-8")
        return before, by_processes(self.url, self.shop.folder, entries, 4)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}?synchronous=off&timeout=60"
    return f"{request.getfixturevalue('postgres_url')}&timeout=60"


@pytest.fixture(params=["threads", "processes"])
def open_arena(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Iterator[Callable[..., Arena]]:
    opened: list[Shop] = []

    def open_one(prepare: Callable[[str, Path], None]) -> Arena:
        prepare(url, tmp_path)
        opened.append(Shop(url, tmp_path, Points()))
        return Arena(opened[-1], url, request.param)

    yield open_one
    for shop in opened:
        shop.core.close()


def prepare(url: str, folder: Path) -> None:
    with Shop(url, folder, Points(), new=True) as shop:
        address = Address("Rossi Srl", "Via Roma 1", "Torino", "IT")
        ours = (CustomerAddress(AddressKind.BILL_TO, address),)
        shop.desk.execute(RegisterCustomer(customer_name="Rossi Srl", id="C-1", addresses=ours))
        for number in range(8):
            shop.keep_placing(f"order-{number}", 5, codes=("SPRING10",))
        shop.keep_placing("plain", 5)


def test_one_order_whose_last_units_everybody_wants_to_take_off(open_arena: Callable[..., Arena]) -> None:
    """Five units, eight that each take one off: five succeed, three are refused; notes and holds go in between."""
    arena = open_arena(prepare)
    shop = arena.shop
    order = shop.desk.execute(shop.placing("plain")).id
    one = Decimal(1)
    entries = [entry(shop, f"cancel-{n}", orders.CancelLine(order, 1, one), "customer_request") for n in range(8)]
    entries += [entry(shop, f"note-{n}", orders.AddNote(order, f"note {n}")) for n in range(8)]
    before, outcomes = arena.play(entries)
    told = sorted(outcomes[f"cancel-{n}"] for n in range(8))
    assert told.count("done") == 5
    assert {outcomes[f"note-{n}"] for n in range(8)} == {"done"}
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.desk.get(order, "order") == serial.desk.get(order, "order")
    assert shop.unsound() == []


def test_one_coupon_with_three_uses_for_eight_orders(open_arena: Callable[..., Arena]) -> None:
    """Three orders are placed with it; the others are refused and leave nothing behind."""
    arena = open_arena(prepare)
    shop = arena.shop
    entries = [entry(shop, f"place-{n}", shop.placing(f"order-{n}")) for n in range(8)]
    before, outcomes = arena.play(entries)
    assert sorted(outcomes.values()) == ["coupon.limit_reached"] * 5 + ["done"] * 3
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.core.count("order") == serial.core.count("order") == 3
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("coupon:SPRING") == 3
    assert shop.unsound() == []


def test_one_contract_that_is_billed_held_and_ended_at_once(open_arena: Callable[..., Arena]) -> None:
    """Three months are due: whoever comes first, each is billed once, and each bill becomes one invoice."""
    arena = open_arena(_sign)
    shop = arena.shop
    (contract,) = shop.core.find("contract", "customer", "C-1")
    shop.clock.move_to(NOW + timedelta(days=75))
    last = (NOW + timedelta(days=90)).date()
    entries = [entry(shop, f"run-{n}", RunContract(contract)) for n in range(6)]
    entries += [entry(shop, f"hold-{n}", HoldContract(contract)) for n in range(3)]
    entries += [entry(shop, f"resume-{n}", ResumeContract(contract)) for n in range(3)]
    entries += [entry(shop, f"notice-{n}", GiveNotice(contract)) for n in range(2)]
    entries += [
        entry(shop, f"end-{n}", TerminateContract(contract, last_day=last), "customer_request") for n in range(2)
    ]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.desk.get(contract) == serial.desk.get(contract)
    for each in (shop, serial):
        each.desk.core.run_due()
        each.settle()
    bills = [e for e in shop.core.history(contract) if e.event.type_name == "contracts.period_billed"]
    starts = [each.event.start for each in bills]  # type: ignore[attr-defined]  # they bill a period
    assert len(starts) == len(set(starts))
    found = [shop.desk.get(each, "invoice") for each in shop.core.find("invoice", "contract", contract)]
    assert len([each for each in found if each.kind is InvoiceKind.CONTRACT_PERIOD]) == len(bills)
    assert (shop.unsettled(), shop.unsound()) == ([], [])
