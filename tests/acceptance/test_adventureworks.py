"""The main job on real orders: AdventureWorks, imported by its mapping file alone, comes out as it was recorded."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen

from servicecore import ServiceCore
from servicecore.boundary.mapping import Mapping, load_mapping
from servicecore.engine.imports import ImportReport, import_folder
from servicecore.engine.replay import recorded_orders, replay

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("adventureworks")]

MAPPING = Path(__file__).parents[2] / "examples" / "adventureworks" / "mapping.yaml"
ROWS = {
    "products.csv": 504,
    "resellers.csv": 701,
    "list_price_history.csv": 395,
    "unit_cost_history.csv": 395,
    "special_offer_products.csv": 538,
    "special_offers.csv": 16,
    "order_lines.csv.gz": 83_933,
    "orders.csv.gz": 19_698,
}
"""As the README of the data counts them."""


@frozen
class Imported:
    """The data, the mapping, and what the first import of it said."""

    folder: Path
    mapping: Mapping
    core: ServiceCore
    report: ImportReport


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    shared = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not shared:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    folder = Path(shared) / "data" / "adventureworks"
    if not folder.is_dir():
        pytest.skip(f"the acceptance data has no {folder.name}")
    mapping = load_mapping(MAPPING)
    url = f"sqlite:///{tmp_path_factory.mktemp('adventureworks') / 'aw.db'}?synchronous=off"
    with ServiceCore.open(url) as core:
        report = import_folder(core.runtime, folder, mapping)
    with ServiceCore.open(url) as core:  # an installation takes the tax rates of an import when it is opened
        yield Imported(folder, mapping, core, report)


def test_every_row_is_read_and_none_is_bad(imported: Imported) -> None:
    assert imported.report.bad == ()
    assert {source.file: source.rows for source in imported.report.sources} == ROWS
    for source in imported.report.sources:
        assert source.added + source.taken == source.rows
    assert imported.report.book_changed


def test_what_is_stored_has_the_sums_that_the_data_states(imported: Imported) -> None:
    """Orders, sub-totals, tax, freight and totals by year and channel, as ``expected_totals.json`` has them."""
    stated = json.loads((imported.folder / "expected_totals.json").read_text(encoding="utf-8"))
    sums: dict[str, list[Decimal]] = {}
    for order in recorded_orders(imported.core.runtime):
        figures = (Decimal(1), *(each.amount for each in (order.subtotal, order.tax, order.freight, order.total)))
        for key in (f"{order.ordered_on.year} {order.channel}", "all"):
            known = sums.setdefault(key, [Decimal(0)] * len(figures))
            sums[key] = [a + b for a, b in zip(known, figures, strict=True)]
    names = ("orders", "sub_total", "tax", "freight", "total_due")
    assert {key: dict(zip(names, values, strict=True)) for key, values in sums.items()} == {
        key: {name: Decimal(values[name]) for name in names} for key, values in stated.items()
    }


def test_every_figure_is_matched(imported: Imported) -> None:
    """Unit price and line total on every line, sub-totals of complete orders, tax, freight and total where sold online.

    By the README: 13 orders miss lines (``lines_complete`` 0), of which 9 lie in this slice; 16,528 orders are online.
    """
    report = replay(imported.core.runtime, imported.core.book())
    assert report.misses == ()
    assert (report.orders, report.lines) == (19_698, 83_933)
    assert {rate.figure: (rate.compared, rate.matched, rate.percent) for rate in report.rates} == {
        "unit price": (83_933, 83_933, "100.00"),
        "line total": (83_933, 83_933, "100.00"),
        "sub-total": (19_689, 19_689, "100.00"),
        "tax": (16_528, 16_528, "100.00"),
        "freight": (16_528, 16_528, "100.00"),
        "total": (16_528, 16_528, "100.00"),
    }


def test_a_repeat_changes_nothing(imported: Imported) -> None:
    store = imported.core.runtime.store
    events = len(store.log(limit=100_000))
    again = import_folder(imported.core.runtime, imported.folder, imported.mapping)
    assert [(source.added, source.changed) for source in again.sources] == [(0, 0)] * len(ROWS)
    kept = {"item": 504, "customer": 701, "order": 19_698}
    assert {source.into: source.unchanged for source in again.sources if source.unchanged} == kept
    assert (again.bad, again.book_changed) == ((), False)
    assert len(store.log(limit=100_000)) == events == sum(kept.values())
