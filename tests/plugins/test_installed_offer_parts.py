"""An installed plugin's parts of offers, found by their entry point: imported, checked, quoted, and missed by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from tests.plugins.test_entry_points import EXAMPLES, install

ITEMS = "id,name,price\nTEA,Tea,10.00\nJAM,Jam,4.00\n"
OFFERS = "id,percent_per_mm,most,rain\nRAIN,1.5,20,2\nSTORM,2,50,8\nPLAIN,,,\n"
MAPPING = """\
version: 1
title: Weather
currency: EUR
sources:
  - {file: items.csv, into: item, record: {id: "{id}", name: "{name}", base_price: "{price|money}"}}
  - file: offers.csv
    into: offer
    where: {id: [RAIN, STORM]}
    record:
      id: "{id}"
      conditions: [{type: acme-weather.RainAtLeast, millimetres: "{rain|integer}"}]
      benefits:
        - {type: acme-weather.WeatherDiscount, percent_per_mm: "{percent_per_mm|number}", most: "{most|integer}"}
book:
  id: shop
  version: "1"
  combination: {selection: {type: acme-weather.AtMost, when_wet: 1}}
  offers:
    - {id: TWO, benefits: [{type: AmountOff, amount: 2.00 EUR, on_order: true}]}
"""
BOOK = """\
id: shop
version: '1'
items:
  - {id: TEA, name: Tea, base_price: 10.00 EUR, cost: 1.00 EUR}
combination:
  selection: {type: acme-weather.AtMost, when_dry: 1, when_wet: 2}
offers:
  - id: RAIN
    target: {items: [TEA]}
    benefits: [{type: acme-weather.WeatherDiscount, percent_per_mm: 1.5, most: 20}]
  - {id: TENTH, target: {items: [TEA]}, benefits: [{type: PercentOff, percent: 10}]}
"""


@define
class Installed:
    """A folder that pip could have installed the example into."""

    site: Path

    def run(self, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from servicecore.cli import main; main()", *map(str, arguments)]
        path = os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200", **environ}
        return subprocess.run(command, capture_output=True, text=True, env=env, timeout=240, check=False)

    def program(self, text: str, *arguments: object) -> Any:
        path = os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-c", text, *map(str, arguments)]
        env = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    site = tmp_path / "site"
    site.mkdir()
    install(site, EXAMPLES / "acme_weather")
    return Installed(site)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "items.csv").write_text(ITEMS, encoding="utf-8")
    (shop / "offers.csv").write_text(OFFERS, encoding="utf-8")
    (shop / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return shop


QUOTE = """
import json, sys
from servicecore import Actor, ServiceCore, Settings
from servicecore.engine import load_settings_file
from servicecore.errors import Refused
from servicecore.pricing import Cart, CartLine

settings = load_settings_file(sys.argv[2]) if len(sys.argv) > 2 else Settings(tax_engine="none")
with ServiceCore.open(sys.argv[1], settings=settings) as core:
    desk = core.acting_as(Actor("agent-7", roles={"agent"}))
    told = {}
    for rain in ("0", "4", "9"):
        cart = Cart("C-1", "EUR", [CartLine("TEA", 3), CartLine("JAM", 1)], attributes=(("rain_mm", rain),))
        try:
            quote = desk.quote(cart)
            told[rain] = [str(quote.subtotal.amount), sorted(each.rule for each in quote.not_applied)]
        except Refused as refused:
            told[rain] = [each.code for each in refused.problems] + [each.param("plugin") for each in refused.problems]
    print(json.dumps(told))
"""


def _bad(report: Any) -> list[Any]:
    return [*(row for source in report["sources"] for row in source["bad"]), *report["problems"]]


def test_rows_of_offers_with_parts_of_a_plugin_are_imported_and_priced(installed: Installed, folder: Path) -> None:
    store = f"sqlite:///{folder / 'shop.db'}"
    done = installed.run("import", folder, "--mapping", folder / "mapping.yaml", "--store", store, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert _bad(report) == []
    assert (report["book_version"], report["book_changed"]) == ("1", True)
    # 3 x 10.00 + 4.00 = 34.00. Dry: the 2.00. 4 mm: 6 % is 2.04, more than 2.00. 9 mm: 18 % (of 2 % a mm) is 6.12.
    assert installed.program(QUOTE, store) == {
        "0": ["32.00", ["RAIN", "STORM"]],
        "4": ["31.96", ["STORM", "TWO"]],
        "9": ["27.88", ["RAIN", "TWO"]],
    }
    again = installed.run("import", folder, "--mapping", folder / "mapping.yaml", "--store", store, "--json")
    assert json.loads(again.stdout)["book_changed"] is False
    cart = folder / "cart.yaml"
    cart.write_text("{customer: C-1, currency: EUR, lines: [{item: TEA, quantity: 3}]}", encoding="utf-8")
    off = installed.run("quote", cart, "--store", store, "--json", SERVICECORE_PLUGINS_DISABLED="acme-weather")
    assert (off.returncode, "storage.missing_plugin_part" in off.stdout) == (1, True), off.stdout + off.stderr


@pytest.mark.parametrize("switched_off", [False, True])
def test_without_the_plugin_every_row_says_what_it_misses_and_no_book_is_put_in_force(
    installed: Installed, tmp_path: Path, folder: Path, *, switched_off: bool
) -> None:
    """Whether it is not installed, or the environment switches it off."""
    store = f"sqlite:///{folder / 'shop.db'}"
    arguments = ("import", folder, "--mapping", folder / "mapping.yaml", "--store", store, "--json")
    if switched_off:
        done = installed.run(*arguments, SERVICECORE_PLUGINS_DISABLED="acme-weather")
    else:
        done = Installed(tmp_path / "empty").run(*arguments)
    assert done.returncode == 1, done.stderr
    bad = _bad(json.loads(done.stdout))
    codes = {(each["file"], each["line"], problem["code"]) for each in bad for problem in each["problems"]}
    assert codes >= {
        ("offers.csv", 2, "storage.missing_plugin_part"),
        ("offers.csv", 3, "storage.missing_plugin_part"),
        ("(price book)", 0, "import.incomplete_book"),
    }
    assert json.loads(done.stdout)["book_version"] == ""


def test_a_bad_cell_of_a_part_is_named_with_its_row(installed: Installed, folder: Path) -> None:
    (folder / "offers.csv").write_text(OFFERS.replace("RAIN,1.5,20,2", "RAIN,much,20,2"), encoding="utf-8")
    store = f"sqlite:///{folder / 'shop.db'}"
    done = installed.run("import", folder, "--mapping", folder / "mapping.yaml", "--store", store, "--json")
    assert done.returncode == 1
    bad, book = _bad(json.loads(done.stdout))
    assert (bad["file"], bad["line"]) == ("offers.csv", 2)
    assert [each["code"] for each in book["problems"]] == ["import.incomplete_book"]
    assert bad["problems"][0]["path"] == "benefits[0].percent_per_mm"


def test_check_book_reads_lints_and_proves_a_book_with_parts_of_a_plugin(installed: Installed, tmp_path: Path) -> None:
    book = tmp_path / "prices.yaml"
    book.write_text(BOOK, encoding="utf-8")
    done = installed.run("check-book", book, "--examples", "2", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (said["mistakes"], said["findings"]) == ([], [])
    assert {each["outcome"] for each in said["properties"]} <= {"holds", "skipped"}
    missing = installed.run("check-book", book, "--json", SERVICECORE_PLUGINS_DISABLED="acme-weather")
    assert missing.returncode == 1
    assert sorted((each["line"], each["code"]) for each in json.loads(missing.stdout)["mistakes"]) == [
        (6, "storage.missing_plugin_part"),
        (10, "storage.missing_plugin_part"),
    ]


def test_a_selection_that_nobody_knows_is_refused_with_all_that_could_stand_there(
    installed: Installed, tmp_path: Path
) -> None:
    book = tmp_path / "prices.yaml"
    for wrong in ("best_of_all", "{type: acme-weather.Best}"):
        text = BOOK.replace("{type: acme-weather.AtMost, when_dry: 1, when_wet: 2}", wrong)
        book.write_text(text, encoding="utf-8")
        done = installed.run("check-book", book, "--json")
        [mistake] = json.loads(done.stdout)["mistakes"]
        assert mistake["line"] == 6
        for name in ("all", "best_single", "optimal", "acme-weather.AtMost"):
            assert name in mistake["text"]


def test_the_schema_of_the_command_line_has_the_selection(installed: Installed) -> None:
    done = installed.run("schema", "price-book")
    assert done.returncode == 0, done.stderr
    assert "acme-weather.AtMost" in done.stdout


def test_a_settings_file_that_switches_the_plugin_off_makes_the_quote_name_it(
    installed: Installed, folder: Path
) -> None:
    store = f"sqlite:///{folder / 'shop.db'}"
    installed.run("import", folder, "--mapping", folder / "mapping.yaml", "--store", store)
    settings = folder / "settings.yaml"
    settings.write_text("tax_engine: none\n", encoding="utf-8")
    assert installed.program(QUOTE, store, settings)["4"] == ["31.96", ["STORM", "TWO"]]
    settings.write_text('tax_engine: none\nplugins: {disabled: ["acme-weather"]}\n', encoding="utf-8")
    told = installed.program(QUOTE, store, settings)
    assert set(map(tuple, told.values())) == {("storage.missing_plugin_part", "acme-weather")}
