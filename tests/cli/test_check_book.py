"""``servicecore check-book``: mistakes with their lines, the linter's findings, the properties, and the exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BOOKS = Path(__file__).parents[2] / "examples" / "price_books"
Run = Callable[..., Any]

SHOP = """\
id: shop
version: '1'
items:
  - {id: A, name: Apple, base_price: 10.00 EUR, cost: 6.00 EUR}
offers:
  - id: HALF
    benefits: [{type: PercentOff, percent: 50}]
    target: {items: [A]}
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_book_ends_with_0_and_says_what_became_of_all_45_properties(run: Run) -> None:
    answer = run("check-book", BOOKS / "roastery.yaml", "--examples", "2")
    assert answer.code == 0, answer.out
    assert "linter: nothing found" in answer.out
    assert len(re.findall(r"(?m)^ *\d+ (holds|skipped) ", answer.out)) == 45


def test_the_same_as_json(run: Run) -> None:
    answer = run("check-book", BOOKS / "roastery.yaml", "--examples", "1", "--json")
    assert answer.code == 0
    said = answer.json
    assert (said["file"], said["mistakes"], said["findings"]) == ("roastery.yaml", [], [])
    assert [each["number"] for each in said["properties"]] == list(range(1, 46))
    assert all(each["message"] for each in said["properties"] if each["outcome"] == "skipped")


def test_mistakes_end_with_1_and_name_their_lines(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, SHOP.replace("percent: 50", "percent: 500"))
    answer = run("check-book", path)
    assert answer.code == 1
    assert "prices.yaml:7: offers[0].benefits[0].percent: " in answer.out
    said = run("check-book", path, "--json")
    assert said.code == 1
    assert [(each["line"], each["code"]) for each in said.json["mistakes"]] == [(7, "value.not_accepted")]


@pytest.mark.parametrize(("locale", "words"), [("en", "can take A to"), ("it", "possono portare"), ("de", "bringen")])
def test_a_finding_of_the_linter_ends_with_1_in_the_language_asked(
    run: Run, tmp_path: Path, locale: str, words: str
) -> None:
    """Half off 10.00 is 5.00, below the cost of 6.00; the item stands on line 4."""
    answer = run("check-book", _file(tmp_path, SHOP), "--no-properties", "--locale", locale)
    assert answer.code == 1
    assert "prices.yaml:4: items[0]: " in answer.out
    assert words in answer.out


def test_a_broken_property_ends_with_1_and_shows_its_cart(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an engine that forgets a cent of every total."""
    from attrs import evolve

    from servicecore.kernel.money import Money
    from servicecore.pricing import Quote, finish_quote

    def forgetful(*asked: Any) -> Any:
        quote = finish_quote(*asked)
        return evolve(quote, total=quote.total - Money("0.01", "EUR")) if isinstance(quote, Quote) else quote

    monkeypatch.setattr("servicecore.testing.pricing.till.finish_quote", forgetful)
    answer = run("check-book", _file(tmp_path, SHOP.replace("6.00", "2.00")), "--examples", "2")
    assert answer.code == 1
    assert re.search(r"(?m)^ +2 broken +totals conserve", answer.out)
    assert "1: 1 x A" in answer.out


def test_a_book_that_sells_nothing_is_found(run: Run, tmp_path: Path) -> None:
    answer = run("check-book", _file(tmp_path, "{id: empty, version: '1'}"), "--json")
    assert answer.code == 1
    assert [each["outcome"] for each in answer.json["properties"]] == ["broken"]


def test_a_file_that_is_no_yaml_ends_with_1(run: Run, tmp_path: Path) -> None:
    assert run("check-book", _file(tmp_path, "{")).code == 1


def test_a_file_that_is_not_there_ends_with_2(run: Run, tmp_path: Path) -> None:
    assert run("check-book", tmp_path / "none.yaml").code == 2


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_without_the_extra_it_ends_with_3_and_names_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...]
) -> None:
    monkeypatch.setattr("servicecore.cli.commands.check_book.find_spec", lambda _name: None)
    answer = run("check-book", BOOKS / "roastery.yaml", *flags)
    assert answer.code == 3
    assert "servicecore[testing]" in answer.out + answer.err
    assert run("check-book", BOOKS / "roastery.yaml", "--no-properties", *flags).code == 0


def test_quote_takes_the_same_file(run: Run, tmp_path: Path) -> None:
    """Two apples at 10.00, half off: 10.00."""
    cart = tmp_path / "cart.yaml"
    cart.write_text("{customer: C-1, currency: EUR, lines: [{item: A, quantity: '2'}]}", encoding="utf-8")
    answer = run("quote", cart, "--book", _file(tmp_path, SHOP), "--json")
    assert answer.code == 0, answer.err
    assert answer.json["total"] == {"amount": "10.00", "currency": "EUR"}
