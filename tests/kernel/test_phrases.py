"""Phrases: what stands in the parameters of problems and steps is read in the reader's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicecore
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.phrase_table import PHRASES
from servicecore.kernel.phrases import in_language
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode

SOURCE = Path(servicecore.__file__).parent
SPEAKING = ("kernel", "catalog", "customers", "pricing")
# The linter, campaigns and price matches say theirs to who keeps a price book, not to who reads a quote.
OUTSIDE = ("pricing/lint", "pricing/campaigns", "pricing/price_match", "pricing/best_price", "kernel/workcalendar")
HOLE = re.compile(r"\{\w*\}")


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row[0])
def test_a_row_says_the_same_in_three_languages_with_the_same_holes(row: tuple[str, str, str]) -> None:
    assert len({len(HOLE.findall(each)) for each in row}) == 1
    assert len(set(row)) == 3
    assert all(each == each.strip() for each in row)


def test_no_phrase_stands_twice() -> None:
    english = [row[0] for row in PHRASES]
    assert len(set(english)) == len(english)


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row[0])
def test_a_phrase_is_found_with_whatever_is_put_in(row: tuple[str, str, str]) -> None:
    fillings = {"{mode}": "half_up", "{ids}": "A-1, B-2"}
    for filling in ("7", "12.50 EUR", "2026-01-31"):
        given_in, wanted = row[0], list(row[1:])
        for hole in HOLE.findall(row[0]):
            put = fillings.get(hole, filling)
            given_in = given_in.replace(hole, put, 1)
            wanted = [each.replace("{}", put, 1) for each in wanted]
        assert [in_language(given_in, locale) for locale in ("it", "de")] == wanted
        assert in_language(given_in, "en") == in_language(given_in, "fr") == given_in


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _literals(each)


def _accepted() -> Iterator[tuple[str, str]]:
    """Yield what the rooms that a quote is made in say is accepted, sentences only, each with its file."""
    for file in sorted(SOURCE.rglob("*.py")):
        place = file.relative_to(SOURCE).as_posix()
        if not place.startswith(SPEAKING) or place.startswith(OUTSIDE):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            values: list[ast.expr] = []
            if isinstance(node, ast.Call):
                values = [each.value for each in node.keywords if each.arg == "accepted"]
            elif isinstance(node, ast.Assign):
                named = any(isinstance(each, ast.Name) and each.id == "accepted" for each in node.targets)
                values = [node.value] if named else []
            for value in values:
                yield from ((each, place) for each in _literals(value) if " " in each.strip())


def test_whatever_a_quote_is_refused_with_stands_in_the_table() -> None:
    found = list(_accepted())
    assert len(found) > 100
    english = [f"{place}: {said}" for said, place in found if in_language(said, "de") == said]
    assert english == []


def test_a_problem_says_what_is_accepted_in_the_language_of_its_reader() -> None:
    problem = NOT_ACCEPTED.at("quantity", value="0 or more", accepted="1 or more of item A-1, B-2; category pantry")
    assert problem.text("de-CH") == (
        "quantity: 0 or more ist nicht zulässig; zulässig: 1 oder mehr von Artikel A-1, B-2; Kategorie pantry"
    )
    assert problem.text("it").endswith("valori ammessi: 1 o più di articolo A-1, B-2; categoria pantry")
    assert problem.text().endswith("accepted: 1 or more of item A-1, B-2; category pantry")
    assert problem.param("accepted") == "1 or more of item A-1, B-2; category pantry"


@pytest.mark.parametrize(
    ("rounding", "german"),
    [
        (HALF_UP, "half_up auf die Stellen der Währung"),
        (Rounding(RoundingMode.HALF_EVEN, digits=4), "half_even auf 4 Stellen"),
    ],
)
def test_a_rounding_says_its_rule_in_the_language_of_its_reader(rounding: Rounding, german: str) -> None:
    assert in_language(rounding.name, "de") == german


def test_an_explanation_says_what_its_figure_is_in_the_language_of_its_reader() -> None:
    kind = StepKind("test.step", en="made of {source}", it="fatto di {source}", de="gemacht aus {source}")
    ten = Money(10, "EUR")
    explanation = Explanation("line 3", ten, (kind.step(ten, source="item TEA"),))
    assert explanation.text("it").split("\n")[-1].endswith("= riga 3")
    assert "gemacht aus Artikel TEA" in explanation.text("de")
    assert "Zeile 3: 10.00 EUR" in explanation.html("de")
    assert "line 3" not in explanation.html("it")


@given(st.text(max_size=60), st.sampled_from(["it", "de"]))
def test_whatever_is_no_phrase_is_shown_as_it_is_and_nothing_breaks(text: str, locale: str) -> None:
    said = in_language(text, locale)
    if not any(each in text for row in PHRASES for each in HOLE.split(row[0]) if each.strip(" ,;:-/+")):
        assert said == text
    assert (said == "") is (text == "")
