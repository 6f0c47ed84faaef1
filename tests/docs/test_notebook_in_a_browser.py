"""What a notebook shows of a quote, laid out by a real browser: figures readable, folded, and nothing run.

A browser is found on the path, or named by SERVICECORE_BROWSER; where there is none, the tests say so and are skipped.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.docs.test_notebooks import NOTEBOOKS, shown

from servicecore.pricing import Quote
from servicecore.testing.pricing import quote_from

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BOOK = """\
id: shop
version: "1"
items:
  - {id: TEA, name: "Tea <script>window.broken = 1</script> <b>bold</b>", base_price: 10.00 EUR}
offers:
  - {id: TENTH, benefits: [{type: PercentOff, percent: 10}]}
  - {id: RICH, conditions: [{type: ValueAtLeast, minimum: 900 EUR}], benefits: [{type: PercentOff, percent: 5}]}
"""
MEASURE = """
const box = each => each.getBoundingClientRect();
const folds = [...document.querySelectorAll("details")].map(each => {
  const before = {open: each.open, height: box(each).height, summary: box(each.querySelector("summary")).height};
  each.querySelector("summary").click();
  const after = {open: each.open, height: box(each).height};
  each.querySelector("summary").click();
  return {text: each.querySelector("summary").innerText, before, after};
});
const rows = [...document.querySelectorAll("tr")].map(row => [...row.cells].map(cell => ({
  text: cell.innerText, width: box(cell).width, height: box(cell).height, left: box(cell).left,
  align: getComputedStyle(cell).textAlign,
})));
const told = {
  folds, rows, broken: window.broken === undefined ? null : window.broken, bold: document.querySelectorAll("b").length,
  text: document.body.innerText, width: document.documentElement.scrollWidth, room: window.innerWidth,
};
const out = document.createElement("pre");
out.id = "measured";
out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(told))));
document.body.appendChild(out);
"""


def _browser() -> str | None:
    return os.environ.get("SERVICECORE_BROWSER") or next((path for each in NAMES if (path := shutil.which(each))), None)


BROWSER = _browser()
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no browser is installed, and SERVICECORE_BROWSER names none"
)


def measured(folder: Path, *fragments: str) -> Any:
    """Return what a browser makes of a page of ``fragments``."""
    page = folder / "page.html"
    body = "\n".join(fragments)
    text = f"<!doctype html><meta charset='utf-8'><body>{body}<script>{MEASURE}</script></body>"
    page.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=900,1200"),
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    found = re.search(r'<pre id="measured">([^<]*)</pre>', done.stdout)
    assert found is not None, done.stderr
    return json.loads(base64.b64decode(html.unescape(found[1])))


@needs_browser
@pytest.mark.parametrize(
    ("locale", "line", "words"),
    [
        ("en", "line 1: 27.00 EUR", ("offer TENTH", "sub-total")),
        ("it", "riga 1: 27.00 EUR", ("offerta TENTH", "imponibile")),
        ("de", "Zeile 1: 27.00 EUR", ("Angebot TENTH", "Zwischensumme")),
    ],
)
def test_a_quote_is_laid_out_folded_and_harmless(
    tmp_path: Path, locale: str, line: str, words: tuple[str, ...]
) -> None:
    quote = quote_from(BOOK, ("TEA", 3))
    page = measured(tmp_path, quote.html(locale))
    assert (page["broken"], page["bold"]) == (None, 0)
    assert "Tea <script>window.broken = 1</script> <b>bold</b>" in page["text"]
    for word in (line, "27.00 EUR", "-3.00 EUR", *words):
        assert word in page["text"], word
    assert page["width"] <= page["room"], "nothing is wider than the page"
    figures = [cell for cell in page["rows"][1] if cell["text"].endswith("EUR")]
    assert [cell["text"] for cell in figures] == ["10.00 EUR", "-3.00 EUR", "27.00 EUR"]
    assert {cell["align"] for cell in figures} == {"right"}
    for row in page["rows"]:
        for cell in row:
            assert cell["height"] > 0 or not cell["text"]
    for fold in page["folds"]:
        opened, closed = sorted([fold["before"], fold["after"]], key=lambda each: not each["open"])
        assert (opened["open"], closed["open"]) == (True, False), "a click folds and unfolds"
        assert opened["height"] > closed["height"] >= fold["before"]["summary"] > 0
    assert [fold["before"]["open"] for fold in page["folds"]] == [True, True, False], "lost offers are folded at first"


@needs_browser
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_all_that_an_example_notebook_shows_is_laid_out(tmp_path: Path, path: Path) -> None:
    names: dict[str, Any] = {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    values = [shown("".join(cell["source"]), names) for cell in cells if cell["cell_type"] == "code"]
    rich = [value for value in values if hasattr(value, "_repr_html_")]
    page = measured(tmp_path, *(value._repr_html_() for value in rich))
    assert page["broken"] is None
    for value in rich:
        if isinstance(value, Quote):
            assert str(value.total) in page["text"]
    assert all(fold["before"]["summary"] > 0 for fold in page["folds"])
    assert all(cell["height"] > 0 for row in page["rows"] for cell in row if cell["text"])
