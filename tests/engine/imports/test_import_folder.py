"""Imports: good rows kept, bad ones named, a repeat that changes nothing, and a death that leaves whole rows."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from servicecore.boundary.mapping import load_mapping
from servicecore.engine import ServiceCore
from servicecore.engine.imports import ImportReport, import_folder
from servicecore.engine.replay import replay
from servicecore.errors import Refused
from servicecore.kernel.money import Money

MAPPING = """
version: 1
title: Teas
currency: EUR
sources:
  - {file: items.csv, into: item, record: {id: "{id}", name: "{name}", base_price: "{price|optional|money}"}}
  - {file: customers.jsonl, into: customer, where: {kind: [shop]}, record: {id: "{id}", customer_name: "{name}"}}
  - {file: prices.csv, into: price, price_list: summer, record: {item: "{item}", amount: "{price|money}"}}
  - file: lines.csv.gz
    into: collection
    name: lines
    key: "{order}"
    shape: order_line
    record:
      number: "{number|integer}"
      item: "{item}"
      quantity: "{quantity|number}"
      unit_price: "{price|money}"
      line_total: "{total|money}"
  - file: orders.csv
    into: order
    record:
      id: "{id}"
      customer: "{customer}"
      ordered_on: "{day|date}"
      currency: EUR
      lines: {$collection: lines, key: "{id}"}
      subtotal: "{subtotal|money}"
      tax: "{tax|money}"
      freight: "0"
      total: "{total|money}"
book: {id: teas, version: "1"}
tax: {rates: [{country: "", rate: "0.10"}]}
"""
FILES = {
    "items.csv": "id,name,price\ntea,Green tea,4.50\npot,Tea pot,20.00\n",
    "customers.jsonl": '{"id": "C-1", "name": "Rossi", "kind": "shop"}\n{"id": "C-2", "name": "X", "kind": "test"}\n',
    "prices.csv": "item,price\ntea,4.00\n",
    "lines.csv.gz": "order,number,item,quantity,price,total\n1,1,tea,2,4.00,8.00\n1,2,pot,1,20.00,20.00\n"
    "2,1,tea,1,4.00,4.00\n",
    "orders.csv": "id,customer,day,subtotal,tax,total\n1,C-1,2026-03-01,28.00,2.80,30.80\n"
    "2,C-1,2026-03-02,4.00,0.40,4.40\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, **FILES)
    text = MAPPING.replace('freight: "0"', 'freight: {amount: "0", currency: EUR}').replace(
        'country: "", ', 'country: "IT", '
    )
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        data = text.encode()
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


def run(core: ServiceCore, folder: Path, progress: Callable[[str, int], None] | None = None) -> ImportReport:
    mapping = load_mapping(folder / "mapping.yaml")
    if progress is None:
        return import_folder(core.runtime, folder, mapping)
    return import_folder(core.runtime, folder, mapping, progress=progress)


@pytest.fixture
def core() -> Any:
    with ServiceCore.open("memory:", autoload=False) as opened:
        yield opened


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int, int]]:
    return {each.file: (each.rows, each.added, each.changed, each.unchanged, len(each.bad)) for each in report.sources}


def test_every_file_becomes_what_the_mapping_says(core: ServiceCore, folder: Path) -> None:
    heard: list[tuple[str, int]] = []
    report = run(core, folder, lambda file, rows: heard.append((file, rows)))
    assert report.bad == ()
    assert {name: figures[:2] for name, figures in counts(report).items() if name != "prices.csv"} | {
        "lines.csv.gz": (3,)
    } == {"items.csv": (2, 2), "customers.jsonl": (1, 1), "lines.csv.gz": (3,), "orders.csv": (2, 2)}
    assert (report.book_version, report.book_changed) == ("1", True)
    assert {kind: core.count(kind) for kind in ("item", "customer", "recorded_order")} == {
        "item": 2,
        "customer": 1,
        "recorded_order": 2,
    }
    order = core.locate("1", "recorded_order")[1]
    assert [line.line_total for line in order.lines] == [Money("8.00", "EUR"), Money("20.00", "EUR")]
    assert heard[-1] == ("orders.csv", 2)
    assert tuple(core.verify()) == ()


def test_a_repeat_changes_nothing(core: ServiceCore, folder: Path) -> None:
    run(core, folder)
    log = core.runtime.store.log()
    report = run(core, folder)
    assert core.runtime.store.log() == log
    assert report.bad == ()
    assert report.book_changed is False
    assert counts(report)["items.csv"] == (2, 0, 0, 2, 0)
    assert counts(report)["orders.csv"] == (2, 0, 0, 2, 0)


def test_a_changed_item_is_changed_and_nothing_else(core: ServiceCore, folder: Path) -> None:
    run(core, folder)
    write(folder, **{"items.csv": FILES["items.csv"].replace("Tea pot", "Large pot")})
    report = run(core, folder)
    assert counts(report)["items.csv"] == (2, 0, 1, 1, 0)
    assert core.locate("pot", "item")[1].name == "Large pot"
    assert report.book_changed


def test_bad_rows_are_named_by_line_and_field_and_good_ones_are_kept(core: ServiceCore, folder: Path) -> None:
    write(
        folder,
        **{
            "items.csv": "id,name,price\ntea,Green tea,4.50\npot,Tea pot,cheap\nmug,Mug\ntea,Again,1\n",
            "customers.jsonl": '{"id": "C-1", "name": "Rossi", "kind": "shop"}\n{oops\n{"id": "C-3"}\n',
            "prices.csv": "item,price\ntea,much\n",
        },
    )
    report = run(core, folder)
    found = [(bad.file, bad.line, problem.code, problem.path) for bad in report.bad for problem in bad.problems]
    assert found[:6] == [
        ("items.csv", 3, "boundary.bad_cell", "base_price"),
        ("items.csv", 4, "boundary.bad_row", ""),
        ("items.csv", 5, "import.repeated_row", "id"),
        ("customers.jsonl", 2, "boundary.bad_row", ""),
        ("customers.jsonl", 3, "boundary.unknown_column", "where"),
        ("prices.csv", 2, "boundary.bad_cell", "amount"),
    ]
    assert all(problem.param("value") for bad in report.bad for problem in bad.problems)
    assert core.count("item") == 1
    assert core.count("customer") == 1


def test_an_order_with_a_line_that_cannot_be_read_is_left_out_whole(core: ServiceCore, folder: Path) -> None:
    write(folder, **{"lines.csv.gz": FILES["lines.csv.gz"].replace("1,2,pot,1,", "1,2,pot,one,")})
    report = run(core, folder)
    assert [(bad.file, bad.line, bad.problems[0].code) for bad in report.bad] == [
        ("lines.csv.gz", 3, "boundary.bad_cell"),
        ("orders.csv", 2, "boundary.incomplete_collection"),
    ]
    assert report.bad[1].problems[0].param("rows") == "lines.csv.gz:3"
    assert [document.id for document in core.runtime.store.documents("recorded_order")] == ["2"]


LINES = FILES["lines.csv.gz"]


@pytest.mark.parametrize(
    ("damaged", "line", "code"),
    [
        (LINES.replace("1,2,pot,1,20.00,20.00", "1,2,pot,1,20,00,20.00"), 3, "boundary.bad_row"),  # a decimal comma
        (LINES.replace("1,2,pot,1,20.00,20.00", "1,2,pot"), 3, "boundary.bad_row"),
        (LINES.replace("1,2,pot", '1,2,"pot'), 4, "boundary.bad_row"),  # swallows the next line, too
        (LINES.replace("1,2,pot", ",2,pot"), 3, "boundary.bad_cell"),  # the line of no order
    ],
)
def test_a_line_whose_order_nobody_can_tell_lets_no_order_in_without_it(
    core: ServiceCore, folder: Path, damaged: str, line: int, code: str
) -> None:
    """It may be a line of either order: both are refused whole, and each names the row. Repaired, all come in."""
    write(folder, **{"lines.csv.gz": damaged})
    report = run(core, folder)
    assert [(bad.file, bad.line, [problem.code for problem in bad.problems]) for bad in report.bad] == [
        ("lines.csv.gz", line, [code]),
        ("orders.csv", 2, ["boundary.unassigned_rows"]),
        ("orders.csv", 3, ["boundary.unassigned_rows"]),
    ]
    assert [bad.problems[0].param("rows") for bad in report.bad[1:]] == [f"lines.csv.gz:{line}"] * 2
    assert core.count("recorded_order") == 0

    write(folder, **{"lines.csv.gz": LINES})
    assert run(core, folder).bad == ()
    assert core.count("recorded_order") == 2


def test_who_asks_for_it_gets_orders_without_the_lines_that_nobody_can_read(core: ServiceCore, folder: Path) -> None:
    write(folder, **{"lines.csv.gz": LINES.replace("1,2,pot,1,", "1,2,pot,one,").replace("2,1,tea", "2,1,tea,green")})
    path = folder / "mapping.yaml"
    path.write_text(
        path.read_text("utf-8").replace("into: collection", "into: collection\n    incomplete: keep"), "utf-8"
    )
    report = run(core, folder)
    assert [(bad.file, bad.line) for bad in report.bad] == [("lines.csv.gz", 3), ("lines.csv.gz", 4)]
    orders = {each: core.locate(each, "recorded_order")[1] for each in ("1", "2")}
    assert {each: [line.item for line in order.lines] for each, order in orders.items()} == {"1": ["tea"], "2": []}


def _damaged(at: int, mark: str) -> str:
    start = LINES.index("\n") + 1
    return LINES[: start + at] + mark + LINES[start + at :]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(LINES) - LINES.index("\n") - 1), mark=st.sampled_from([",", '"', "\n", "\n\n", ',"']))
def test_wherever_a_separator_slips_in_an_order_comes_in_with_all_its_lines_or_is_named(
    folder: Path, at: int, mark: str
) -> None:
    """Counted by hand: order 1 has two lines, order 2 one. (A quote inside of a key makes another key of it.)"""
    damaged = _damaged(at, mark)
    assume(not any(re.match(r'\d+"', row) for row in damaged.splitlines()))
    write(folder, **{"lines.csv.gz": damaged})
    with ServiceCore.open("memory:", autoload=False) as core:
        report = run(core, folder)
        kept = {
            each.id: len(core.locate(each.id, "recorded_order")[1].lines)
            for each in core.runtime.store.documents("recorded_order")
        }
    refused = {{2: "1", 3: "2"}[bad.line] for bad in report.bad if bad.file == "orders.csv"}
    assert kept == {order: lines for order, lines in (("1", 2), ("2", 1)) if order not in refused}


@pytest.mark.parametrize(
    ("file", "text"),
    [("prices.csv", "item,price\ntea,4.00\npot,nineteen\n"), ("prices.csv", "item,price\ntea,4.00\npot,19,00\n")],
)
def test_a_price_book_that_lacks_a_row_stays_out_and_the_old_one_in_force(
    core: ServiceCore, folder: Path, file: str, text: str
) -> None:
    """Without its row the pot would be sold at its base price of 20.00. Who asks for that gets it."""
    run(core, folder)
    path = folder / "mapping.yaml"
    path.write_text(path.read_text("utf-8").replace('version: "1"}', 'version: "2"}'), "utf-8")
    write(folder, **{file: text})
    report = run(core, folder)
    assert [(bad.line, problem.code, problem.param("rows")) for bad in report.problems for problem in bad.problems] == [
        (0, "import.incomplete_book", f"{file}:3")
    ]
    assert (report.book_version, report.book_changed, core.book().book.version) == ("", False, "1")

    path.write_text(path.read_text("utf-8").replace("into: price,", "into: price, incomplete: keep,"), "utf-8")
    report = run(core, folder)
    assert [(bad.file, bad.line) for bad in report.bad] == [(file, 3)]
    assert (report.book_version, report.book_changed, core.book().book.version) == ("2", True, "2")


def test_lines_of_an_order_that_is_not_there_are_counted(core: ServiceCore, folder: Path) -> None:
    """A key that was damaged is another key: two lines of order 9, which nobody sold, and one that became 11."""
    lines = LINES.replace("1,2,pot", "11,2,pot") + "9,1,tea,1,4.00,4.00\n9,2,tea,1,4.00,4.00\n"
    write(folder, **{"lines.csv.gz": lines})
    report = run(core, folder)
    assert {each.file: each.unasked for each in report.sources if each.unasked} == {"lines.csv.gz": 3}
    assert report.bad == ()
    write(folder, **{"lines.csv.gz": LINES})
    with ServiceCore.open("memory:", autoload=False) as other:
        assert sum(each.unasked for each in run(other, folder).sources) == 0


def test_many_unreadable_rows_are_counted_and_the_first_few_named(core: ServiceCore, folder: Path) -> None:
    write(folder, **{"lines.csv.gz": LINES + "1,3\n" * 9})
    report = run(core, folder)
    assert report.bad[-1].problems[0].param("rows") == (
        "lines.csv.gz:5, lines.csv.gz:6, lines.csv.gz:7, lines.csv.gz:8, lines.csv.gz:9, ... (9)"
    )


def test_an_order_that_contradicts_itself_is_named_by_its_line(core: ServiceCore, folder: Path) -> None:
    write(folder, **{"orders.csv": FILES["orders.csv"].replace("30.80", "30.81")})
    (bad,) = run(core, folder).bad
    assert (bad.file, bad.line) == ("orders.csv", 2)
    assert [(problem.code, problem.path) for problem in bad.problems] == [
        ("orders.recorded_total_mismatch", "order.total")
    ]


def test_a_recorded_order_that_differs_now_is_reported_and_stays(core: ServiceCore, folder: Path) -> None:
    run(core, folder)
    write(folder, **{"orders.csv": FILES["orders.csv"].replace("2026-03-02", "2026-03-03")})
    (bad,) = run(core, folder).bad
    assert (bad.line, bad.problems[0].code) == (3, "command.already_exists")


def test_a_price_book_that_contradicts_itself_is_reported_and_the_old_one_stays(
    core: ServiceCore, folder: Path
) -> None:
    run(core, folder)
    text = (folder / "mapping.yaml").read_text(encoding="utf-8").replace('version: "1"}', 'version: "2", colour: red}')
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    report = run(core, folder)
    assert [problem.code for bad in report.problems for problem in bad.problems] == ["value.unknown_field"]
    assert (report.book_version, core.book().book.version) == ("", "1")


def test_wrong_tax_rates_are_refused_before_anything_is_imported(core: ServiceCore, folder: Path) -> None:
    text = (folder / "mapping.yaml").read_text(encoding="utf-8").replace('rate: "0.10"', 'rate: "a tenth"')
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        run(core, folder)
    assert [problem.path for problem in caught.value.problems] == ["tax.rates.0.rate"]
    assert core.runtime.store.log() == ()


def test_a_replay_matches_what_the_book_says_and_names_every_miss(core: ServiceCore, folder: Path) -> None:
    """The list says 4.00 for tea; order 2 was sold at 5.00, the pot of order 1 at its base price of 20.00."""
    write(folder, **{"lines.csv.gz": FILES["lines.csv.gz"].replace("2,1,tea,1,4.00,4.00", "2,1,tea,1,5.00,5.00")})
    run(core, folder)
    report = replay(core.runtime, core.book())
    assert (report.orders, report.lines) == (2, 3)
    rates = {rate.figure: (rate.compared, rate.matched, rate.percent) for rate in report.rates}
    assert rates["unit price"] == (3, 2, "66.66")
    misses = {(miss.order, miss.line, miss.figure): (miss.recorded, miss.computed) for miss in report.misses}
    assert misses["2", 1, "unit price"] == ("5.00 EUR", "4.00 EUR")
    assert misses["2", 1, "line total"] == ("5.00 EUR", "4.00 EUR")
    assert ("1", 1, "unit price") not in misses


def test_what_cannot_be_priced_is_a_miss_with_its_reason(core: ServiceCore, folder: Path) -> None:
    write(folder, **{"lines.csv.gz": FILES["lines.csv.gz"].replace("2,1,tea", "2,1,mug")})
    run(core, folder)
    report = replay(core.runtime, core.book())
    reasons = {miss.figure: miss.reason for miss in report.misses if miss.order == "2"}
    assert "mug" in reasons["unit price"]
    assert "mug" in reasons["line total"]


KILLED = """
import sys
from pathlib import Path
from servicecore.boundary.mapping import load_mapping
from servicecore.engine import ServiceCore
from servicecore.engine.imports import import_folder
folder = Path(sys.argv[1])
with ServiceCore.open(f"sqlite:///{folder / 'shop.db'}", autoload=False) as core:
    def told(file, rows):
        print(file, rows, flush=True)
    import_folder(core.runtime, folder, load_mapping(folder / "mapping.yaml"), progress=told)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_a_killed_import_leaves_whole_rows_and_goes_on_where_it_stopped(folder: Path) -> None:
    """4,000 items; the process is killed without warning once it has told of the first 600."""
    rows = "".join(f"item-{number},Item {number},1.00\n" for number in range(4000))
    write(folder, **{"items.csv": f"id,name,price\n{rows}"})
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.split() == ["items.csv", "600"]:
            child.send_signal(signal.SIGKILL)
            break
    child.wait(timeout=60)
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL
    with ServiceCore.open(f"sqlite:///{folder / 'shop.db'}", autoload=False) as core:
        kept = core.count("item")
        assert 0 < kept < 4000
        assert kept % 200 == 0, "groups are whole or not there"
        assert tuple(core.verify()) == ()
        report = run(core, folder)
        items = next(each for each in report.sources if each.file == "items.csv")
        assert (items.unchanged, items.added) == (kept, 4000 - kept)
        assert core.count("item") == 4000
