"""What the process is doing when it dies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from attrs import frozen
from tests.crash.points import Points
from tests.crash.shop import NOW, Shop, euro

from servicecore import orders
from servicecore.billing import GiftCardCode, IssueGiftCard
from servicecore.boundary.mapping import load_mapping
from servicecore.contracts import ApproveContract, CreateContract, FeeLine
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.engine import KINDS
from servicecore.engine.filing_versions import kinds_behind
from servicecore.engine.imports.import_folder import import_folder
from servicecore.engine.rebuild_indexes import rebuild_indexes
from servicecore.kernel.filing import Filing
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.pricing import redemptions
from servicecore.storage.codec import JsonCodec
from servicecore.storage.open_store import open_store
from servicecore.storage.sql.migrate import migrate, upgrade
from servicecore.storage.sql.revisions import REVISIONS

_HOUR = timedelta(hours=1)
_IMPORTING = import_module("servicecore.engine.imports.import_folder")
_REBUILDING = import_module("servicecore.engine.rebuild_indexes")


@frozen
class Scenario:
    """One thing that a process does, and has to bring to its end after it died.

    Attributes:
        prepare: makes the folder as it is before; runs once.
        act: does it; what was done before changes nothing.
        judge: returns what is wrong at the end, and what has to come out alike; None where that is the schema.

    """

    name: str
    prepare: Callable[[str, Path], None]
    act: Callable[[str, Path, Points], None]
    judge: Callable[[str, Path], tuple[list[str], Any]] | None


def _open(url: str, folder: Path) -> None:
    with Shop(url, folder, Points(), new=True) as shop:
        address = Address("Rossi Srl", "Via Roma 1", "Torino", "IT")
        ours = (CustomerAddress(AddressKind.BILL_TO, address),)
        shop.desk.execute(RegisterCustomer(customer_name="Rossi Srl", id="C-1", addresses=ours))
        shop.keep_placing("sale", 3)
        shop.keep_placing("mistake", 2, codes=("SPRING10",))


def _judge_shop(url: str, folder: Path) -> tuple[list[str], Any]:
    with Shop(url, folder, Points()) as shop:
        shop.clock.move_to(NOW + timedelta(days=75, hours=4))
        return [*shop.unsettled(), *shop.unsound()], shop.summary()


def _shop(work: Callable[[Shop], None]) -> Callable[[str, Path, Points], None]:
    """Return ``work`` in a process of its own that looks first whether another one died here."""

    def act(url: str, folder: Path, points: Points) -> None:
        with Shop(url, folder, points) as shop:
            wrong = shop.unsound() if not points.labels and points.deadly == 0 else []
            if wrong:
                raise AssertionError(f"right after the crash: {wrong}")
            shop.clock.advance(timedelta(minutes=10))
            shop.core.run_due()
            work(shop)
            shop.settle()

    return act


def _sell(shop: Shop) -> None:
    """Authorise, capture with the invoice, take one of three back and refund it."""
    order = shop.do("place", shop.placing("sale"))
    shop.do("ship", orders.ShipLines(order))
    shop.do("bill", orders.InvoiceShipment(order))
    one = (orders.LineQuantity(1, Decimal(1)),)
    shop.do("ask", orders.RequestReturn(order, lines=one), "unwanted")
    shop.do("receive", orders.ReceiveReturn(order, returned=1))
    shop.do("refund", orders.RefundReturn(order, returned=1))


def _open_with_gift_card(url: str, folder: Path) -> None:
    _open(url, folder)
    with Shop(url, folder, Points()) as shop:
        code = GiftCardCode.read("7KQ2-9XMP-4TRA-00BD")
        shop.desk.execute(IssueGiftCard(euro("20.00"), id="gift-1", code=code))
        shop.keep_placing("present", 3, gift_card="gift-1")
        shop.keep_placing("second thoughts", 1, gift_card="gift-1")


def _sell_by_gift_card(shop: Shop) -> None:
    """Reserve and pay by gift card, give one of three back to it, and let another order go again."""
    order = shop.do("place", shop.placing("present"))
    shop.do("ship", orders.ShipLines(order))
    shop.do("bill", orders.InvoiceShipment(order))
    one = (orders.LineQuantity(1, Decimal(1)),)
    shop.do("ask", orders.RequestReturn(order, lines=one), "unwanted")
    shop.do("receive", orders.ReceiveReturn(order, returned=1))
    shop.do("refund", orders.RefundReturn(order, returned=1))
    other = shop.do("place another", shop.placing("second thoughts"))
    shop.do("cancel", orders.CancelOrder(other), "customer_request")


def _cancel(shop: Shop) -> None:
    """Use a coupon, reserve the money, and give both back."""
    order = shop.do("place", shop.placing("mistake"))
    shop.do("cancel", orders.CancelOrder(order), "customer_request")


def _open_with_offers(url: str, folder: Path) -> None:
    _open(url, folder)
    with Shop(url, folder, Points()) as shop:
        shop.keep_placing("first", 2, channel="mail")
        shop.keep_placing("launch", 2, channel="web")
        shop.keep_placing("doubts", 1, channel="web")


def _use_offers(shop: Shop) -> None:
    """Take a first order and uses of a limited offer, give one back, and let what is reserved lapse."""
    shop.do("hold", redemptions.ReserveCoupons(shop.placing("first").quote))
    first = shop.do("place first", shop.placing("first"))
    order = shop.do("place", shop.placing("launch"))
    shop.do("ship", orders.ShipLines(order))
    shop.do("bill", orders.InvoiceShipment(order))
    shop.do("hold another", redemptions.ReserveCoupons(shop.placing("doubts").quote))
    shop.do("cancel", orders.CancelOrder(first), "customer_request")


def _sign(url: str, folder: Path) -> None:
    """A contract that bills monthly, and an order with three holds that lapse."""
    _open(url, folder)
    with Shop(url, folder, Points()) as shop:
        month = Interval(IntervalUnit.MONTH)
        draft = CreateContract(
            customer="C-1",
            currency="EUR",
            zone="Europe/Rome",
            start=date(2026, 3, 15),
            initial_term=Interval(IntervalUnit.MONTH, 12),
            fee_lines=(FeeLine("fee", "Maintenance", euro("100.00"), month, month),),
        )
        shop.desk.execute(ApproveContract(shop.desk.execute(draft).id))
        order = shop.desk.execute(shop.placing("sale")).id
        for hours, hold in ((3, "agent"), (2, "payment"), (5, "address")):
            until = shop.clock.now() + hours * _HOUR
            shop.desk.execute(orders.ApplyHold(order, hold=hold, until=until), reason="other")


def _run_due(shop: Shop) -> None:
    """Ten weeks of downtime: three holds lapsed, three months are to be billed."""
    shop.clock.move_to(NOW + timedelta(days=75))
    shop.core.run_due()


def _write_files(url: str, folder: Path) -> None:
    _open(url, folder)
    rows = "\n".join(f"sku-{number},Tea {number}" for number in range(45))
    (folder / "items.csv").write_text(f"id,name\n{rows}\n", encoding="utf-8")
    (folder / "people.csv").write_text("id,name\nP-1,Anna Bianchi\nP-2,Jan Weiss\n", encoding="utf-8")
    (folder / "prices.csv").write_text("item,amount\nsku-1,3.20\nsku-2,4.10\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text(
        """
version: 1
title: Forty-five teas
currency: EUR
sources:
  - {file: items.csv, into: item, record: {id: "{id}", name: "{name}"}}
  - {file: people.csv, into: customer, record: {id: "{id}", customer_name: "{name}"}}
  - {file: prices.csv, into: price, price_list: base, record: {item: "{item}", amount: "{amount|money}"}}
""",
        encoding="utf-8",
    )


def _import(shop: Shop) -> None:
    with patch.object(_IMPORTING, "_GROUP", 20):  # several groups, each whole or not at all
        report = import_folder(shop.core.runtime, shop.folder, load_mapping(shop.folder / "mapping.yaml"))
    bad = [each for source in report.sources for each in source.bad]
    if bad or report.problems:
        raise AssertionError(f"the import refuses {bad} {report.problems}")


def _nothing(_url: str, _folder: Path) -> None:
    """Begin with an empty folder."""


def _oldest(url: str, folder: Path) -> None:
    """Begin with a shop in the schema of the first release."""
    _open(url, folder)
    migrate(url, REVISIONS[0])


def _upgrade(url: str, _folder: Path, _points: Points) -> None:
    upgrade(url)


def _filed_by_an_older_release(url: str, folder: Path) -> None:
    """Begin with two orders that are found by their customer alone and hold no claim on their quotes."""
    _open(url, folder)
    with Shop(url, folder, Points()) as shop:
        for name in ("sale", "mistake"):
            shop.desk.execute(shop.placing(name))
    with closing(open_store(url)) as store:
        placed = tuple(store.documents("order"))
        with store.transaction() as unit:
            for document in placed:
                unit.refile("order", document.id, document.version, Filing({"customer": ("C-1",)}))
            unit.put("filing-versions", "{}")


def _rebuild(url: str, _folder: Path, _points: Points) -> None:
    with closing(open_store(url)) as store, patch.object(_REBUILDING, "_BATCH", 1):
        rebuild_indexes(store, kinds_behind(store, KINDS), JsonCodec())


def _judge_found(url: str, folder: Path) -> tuple[list[str], Any]:
    with Shop(url, folder, Points()) as shop:
        found = shop.core.find("order", "bought", "C-1\ntea")
        return [*shop.core.stale_kinds(), *shop.unsound()], [len(found), shop.summary()]


def _create(url: str, folder: Path, points: Points) -> None:
    with Shop(url, folder, points, new=True):
        pass


SCENARIOS = (
    Scenario("sale", _open, _shop(_sell), _judge_shop),
    Scenario("cancellation", _open, _shop(_cancel), _judge_shop),
    Scenario("limited offers", _open_with_offers, _shop(_use_offers), _judge_shop),
    Scenario("gift card", _open_with_gift_card, _shop(_sell_by_gift_card), _judge_shop),
    Scenario("due run", _sign, _shop(_run_due), _judge_shop),
    Scenario("import", _write_files, _shop(_import), _judge_shop),
    Scenario("creation", _nothing, _create, None),
    Scenario("migration", _oldest, _upgrade, _judge_shop),
    Scenario("rebuild", _filed_by_an_older_release, _rebuild, _judge_found),
)
