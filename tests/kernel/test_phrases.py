"""Phrases: what stands in the parameters of problems and steps is read in the reader's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicecore
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.phrases import ALL_PHRASES, in_language
from servicecore.kernel.phrases_of_values import VALUE_PHRASES
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode

SOURCE = Path(servicecore.__file__).parent
HOLE = re.compile(r"\{\w*\}")
HALF_UP_TOLD = ("con la metà per eccesso", "kaufmännisch")


@pytest.mark.parametrize("row", ALL_PHRASES, ids=lambda row: row[0])
def test_a_row_says_the_same_in_three_languages_with_the_same_holes(row: tuple[str, str, str]) -> None:
    assert len({len(HOLE.findall(each)) for each in row}) == 1
    assert len(set(row)) == 3
    assert all(each == each.strip() for each in row)


def test_no_phrase_stands_twice() -> None:
    english = [row[0] for row in ALL_PHRASES]
    assert len(set(english)) == len(english)


@pytest.mark.parametrize("row", ALL_PHRASES, ids=lambda row: row[0])
def test_a_phrase_is_found_with_whatever_is_put_in(row: tuple[str, str, str]) -> None:
    fillings = {"{mode}": "half_up", "{ids}": "A-1, B-2"}
    for filling in ("7", "12.50 EUR", "2026-01-31"):
        given_in, wanted = row[0], list(row[1:])
        for hole in HOLE.findall(row[0]):
            put = fillings.get(hole, filling)
            given_in = given_in.replace(hole, put, 1)
            told = HALF_UP_TOLD if hole == "{mode}" else (put, put)
            wanted = [each.replace("{}", said, 1) for each, said in zip(wanted, told, strict=True)]
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


@cache
def _read_sources() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    files = sorted(SOURCE.rglob("*.py"))
    parsed = ((file, ast.parse(file.read_text(encoding="utf-8"))) for file in files)
    return tuple((file.relative_to(SOURCE).as_posix(), tuple(ast.walk(tree))) for file, tree in parsed)


def _said_as(name: str) -> Iterator[tuple[str, str]]:
    """Yield what any room gives or assigns as ``name``, sentences only, each with its file."""
    for place, nodes in _read_sources():
        given = [
            each.value for node in nodes if isinstance(node, ast.Call) for each in node.keywords if each.arg == name
        ]
        names = {name, *(each.id for each in given if isinstance(each, ast.Name))}
        given += [value for node in nodes for target, value in _assigned(node) if target in names]
        places = {each.name: [arg.arg for arg in each.args.args] for each in nodes if isinstance(each, ast.FunctionDef)}
        given += [value for node in nodes for value in _in_place(node, places, name)]
        for value in given:
            yield from ((each, place) for each in _literals(value) if " " in each.strip())


def _in_place(node: ast.AST, places: dict[str, list[str]], name: str) -> Iterator[ast.expr]:
    """Yield what a call of a function of the same file gives as its parameter called ``name``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and name in places.get(node.func.id, []):
        place = places[node.func.id].index(name)
        yield from node.args[place : place + 1]


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    for target in targets:
        if isinstance(target, ast.Name) and value is not None:
            yield target.id, value


@pytest.mark.parametrize("locale", ["it", "de"])
def test_whatever_is_accepted_anywhere_stands_in_the_tables(locale: str) -> None:
    found = list(_said_as("accepted"))
    found += [each for name in ("cause", "why") for each in _said_as(name) if not each[1].startswith("testing")]
    assert len(found) > 300
    english = [f"{place}: {said}" for said, place in found if in_language(said, locale) == said]
    assert english == []


def test_whatever_stands_for_a_missing_value_stands_in_the_table_of_values() -> None:
    """A value that is a sentence, such as ``an unknown place``, is said in the reader's language; an id never is."""
    known = {row[0] for row in VALUE_PHRASES}
    found = [(said, place) for said, place in _said_as("value") if re.fullmatch(r"[a-z' :]+", said)]
    assert len(found) > 5
    assert [f"{place}: {said}" for said, place in found if said not in known] == []
    problem = NOT_ACCEPTED.at("place", value="an unknown place", accepted="IT")
    assert problem.text("it") == "place: un luogo sconosciuto non è ammesso; valori ammessi: IT"


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
        (HALF_UP, "kaufmännisch auf die Stellen der Währung"),
        (Rounding(RoundingMode.HALF_EVEN, digits=4), "mit der Hälfte zur geraden Ziffer auf 4 Stellen"),
    ],
)
def test_a_rounding_says_its_rule_in_the_language_of_its_reader(rounding: Rounding, german: str) -> None:
    assert in_language(rounding.name, "de") == german


@pytest.mark.parametrize("mode", list(RoundingMode))
def test_every_mode_of_rounding_is_told_and_as_a_value_stays_the_word_of_the_settings(mode: RoundingMode) -> None:
    for locale in ("it", "de"):
        assert mode.value not in in_language(Rounding(mode).name, locale).split()
        assert in_language(f"{mode.value}, half_up", locale) == f"{mode.value}, half_up"


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
    if not any(each in text for row in ALL_PHRASES for each in HOLE.split(row[0]) if each.strip(" ,;:-/+")):
        assert said == text
    assert (said == "") is (text == "")
