"""Import: good rows are kept, bad ones named, a repeat changes nothing, a killed import goes on."""

from __future__ import annotations

import gzip
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

BAD = [
    ("items.csv", 5, "boundary", "id"),
    ("items.csv", 6, "import.repeated_row", "id"),
    ("items.csv", 7, "boundary.bad_cell", "base_price"),
    ("customers.jsonl.gz", 3, "boundary.unknown_column", "customer_name"),
    ("prices.csv", 7, "boundary.bad_row", ""),
    ("offers.jsonl", 2, "boundary.bad_row", ""),
    ("order_lines.csv.gz", 7, "boundary.bad_cell", "quantity"),
    ("orders.jsonl", 5, "boundary.incomplete_collection", "lines"),
    ("orders.jsonl", 6, "boundary.bad_cell", "ordered_on"),
]
"""File, line, code and field of every bad row; the first code is the item's own."""

COUNTS = {
    "items.csv": (6, 3, 0),
    "customers.jsonl.gz": (3, 2, 0),
    "prices.csv": (6, 0, 5),
    "costs.csv": (3, 0, 3),
    "offers.jsonl": (2, 0, 1),
    "order_lines.csv.gz": (6, 0, 5),
    "orders.jsonl": (6, 4, 0),
}
"""Rows read, things added, and rows taken into something bigger, by file."""


def take(run: Run, folder: Path, url: str, *options: str) -> Any:
    return run("import", folder, "--mapping", folder / "mapping.yaml", "--store", url, *options)


def test_good_rows_are_kept_and_every_bad_one_is_named(run: Run, tea_shop: Path) -> None:
    answer = take(run, tea_shop, "sqlite:///t.db", "--json")
    assert answer.code == 1
    report = answer.json
    counts = {each["file"]: (each["rows"], each["added"], each["taken"]) for each in report["sources"]}
    assert counts == COUNTS
    bad = [
        (row["file"], row["line"], problem["code"], problem["path"])
        for source in report["sources"]
        for row in source["bad"]
        for problem in row["problems"]
    ]
    assert [(each[0], each[1], each[3]) for each in bad] == [(each[0], each[1], each[3]) for each in BAD]
    assert [each[2] for each in bad[1:]] == [each[2] for each in BAD[1:]]
    assert (report["book_version"], report["book_changed"], report["problems"]) == ("1", True, [])


def test_people_read_file_line_field_value_and_what_is_accepted(run: Run, tea_shop: Path) -> None:
    answer = take(run, tea_shop, "sqlite:///t.db")
    assert answer.code == 1
    assert (
        "items.csv:7: base_price: 'cheap' cannot be read as number; accepted: digits with a point, such as 12.50\n"
        in answer.out
    )
    assert "price book 1 is in force now" in answer.out
    table, _, _ = answer.out.partition("price book")
    assert [line for line in table.splitlines() if len(line) > 80] == []
    assert "orders.jsonl" in answer.err, "progress goes to the error stream"
    assert take(run, tea_shop, "sqlite:///t.db", "--quiet").err == ""


def test_a_repeat_changes_nothing(run: Run, tea_shop: Path) -> None:
    take(run, tea_shop, "sqlite:///t.db")
    before = dump("t.db")
    answer = take(run, tea_shop, "sqlite:///t.db", "--json")
    assert answer.code == 1, "the bad rows are still bad"
    for source in answer.json["sources"]:
        assert (source["added"], source["changed"]) == (0, 0)
        assert source["unchanged"] == COUNTS[source["file"]][1]
    assert answer.json["book_changed"] is False
    assert dump("t.db") == before
    assert "was in force already: nothing changed" in take(run, tea_shop, "sqlite:///t.db").out


def test_a_changed_row_changes_what_it_is_about_and_nothing_else(run: Run, tea_shop: Path) -> None:
    take(run, tea_shop, "sqlite:///t.db")
    items = tea_shop / "items.csv"
    items.write_text(items.read_text("utf-8").replace("Tea pot", "Iron tea pot"), encoding="utf-8")
    sources = {each["file"]: each for each in take(run, tea_shop, "sqlite:///t.db", "--json").json["sources"]}
    assert (sources["items.csv"]["changed"], sources["items.csv"]["unchanged"]) == (1, 2)
    assert (sources["orders.jsonl"]["changed"], sources["orders.jsonl"]["unchanged"]) == (0, 4)
    assert run("explain", "pot", "--store", "sqlite:///t.db", "--json").json["state"]["name"] == "Iron tea pot"


def test_a_long_list_of_bad_rows_is_cut_unless_all_are_asked_for(run: Run, tea_shop: Path) -> None:
    rows = "".join(f"x{number},Thing,ware,dear\n" for number in range(30))
    (tea_shop / "items.csv").write_text(f"id,name,category,price\n{rows}", encoding="utf-8")
    answer = take(run, tea_shop, "sqlite:///t.db", "--quiet")
    assert answer.out.count("items.csv:") == 20
    assert "more bad rows; --all lists them" in answer.out
    assert take(run, tea_shop, "sqlite:///t.db", "--quiet", "--all").out.count("items.csv:") == 30


def test_a_killed_import_leaves_whole_rows_and_goes_on(run: Run, run_program: Run, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    customers = "".join(f'{{"id": "C-{number}", "name": "Customer {number}"}}\n' for number in range(1500))
    (folder / "customers.jsonl.gz").write_bytes(gzip.compress(customers.encode()))
    (folder / "mapping.yaml").write_text(
        "{version: 1, title: Many, currency: EUR, sources: [{file: customers.jsonl.gz, into: customer, "
        'record: {id: "{id}", customer_name: "{name}"}}]}',
        encoding="utf-8",
    )
    kill = """
import os, signal
from servicecore.cli.commands import import_data
import_data.rows_shown = lambda _progress: lambda _file, rows: rows >= 1000 and os.kill(os.getpid(), signal.SIGKILL)
"""
    arguments = ("import", folder, "--mapping", folder / "mapping.yaml", "--store", "sqlite:///many.db", "--quiet")
    assert run_program(*arguments, code=kill).code == -signal.SIGKILL
    assert run("verify", "sqlite:///many.db").code == 0, "what was written is whole"
    answer = run(*arguments, "--json")
    assert answer.code == 0
    (source,) = answer.json["sources"]
    assert source["added"] + source["unchanged"] == 1500
    assert 0 < source["unchanged"] <= 1000, "the rows before the kill were kept, and those after it were not there"
    (source,) = run(*arguments, "--json").json["sources"]
    assert (source["added"], source["unchanged"]) == (0, 1500)


def test_a_locked_database_is_a_broken_environment(run: Run, tea_shop: Path) -> None:
    run("db", "upgrade", "sqlite:///t.db")
    other = sqlite3.connect("t.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        answer = take(run, tea_shop, "sqlite:///t.db?timeout=0", "--json")
    finally:
        other.close()
    assert answer.code == 3
    assert answer.json["error"]["code"] == "storage.unavailable"
    assert "locked by another writer" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("version: [", "cannot be read"),
        ("[]", "valid dictionary"),
        ("{version: 1, titel: Tea, title: Tea, currency: EUR, sources: []}", "titel"),
        ("{version: 1, title: Tea, currency: EUR}", "sources"),
        ("{version: 1, title: T, currency: EUR, sources: [{file: a.csv, into: thing, record: {}}]}", "sources.0.into"),
    ],
    ids=["broken YAML", "not an object", "an unknown field", "a missing field", "an unknown target"],
)
def test_a_mapping_that_is_wrong_is_refused_and_nothing_is_written(
    run: Run, tea_shop: Path, text: str, named: str
) -> None:
    (tea_shop / "mapping.yaml").write_text(text, encoding="utf-8")
    answer = take(run, tea_shop, "sqlite:///t.db", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "boundary.bad_mapping"
    assert named in answer.json["error"]["message"]
    assert not Path("t.db").exists()
    assert named in take(run, tea_shop, "sqlite:///t.db").err


def test_what_is_missing_is_said(run: Run, tea_shop: Path) -> None:
    assert run("import", tea_shop, "--mapping", "nowhere.yaml", "--json").code == 2
    assert run("import", "nowhere", "--mapping", tea_shop / "mapping.yaml", "--json").code == 2
    (tea_shop / "costs.csv").unlink()
    answer = take(run, tea_shop, "sqlite:///t.db", "--json")
    assert answer.code == 3
    assert "costs.csv" in answer.json["error"]["message"]


def test_a_damaged_gzip_file_is_said(run: Run, tea_shop: Path) -> None:
    lines = tea_shop / "order_lines.csv.gz"
    lines.write_bytes(lines.read_bytes()[:-20])
    answer = take(run, tea_shop, "sqlite:///t.db", "--json")
    assert answer.code == 3
    assert "order_lines.csv.gz" in answer.json["error"]["message"]


def dump(path: str) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [line for line in connection.iterdump() if "search" not in line]
    finally:
        connection.close()
