"""Price books as files: read in the short forms that people write, and every mistake named with its line."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.boundary.mapping import BadMapping, load_plain
from servicecore.boundary.price_books import BadPriceBook, load_price_book, price_book_schema, read_price_book
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.pricing import PriceBook
from servicecore.storage.codec import JsonCodec

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "price_books").glob("*.yaml"))

WRONG = """\
id: b
version: '1'
items:
  - {id: A, name: Apple, base_price: 1.00 EURO}
  - {id: B, name: Bread, prise: 2.00 EUR}
offers:
  - id: O
    benefits:
      - type: PercentOff
        percent: 120
  - id: P
    benefits: [{type: AmountOff, amount: -1 EUR}]
"""


def _mistakes(tmp_path: Path, text: str, name: str = "prices.yaml") -> list[tuple[int, str, str]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPriceBook) as refused:
        load_price_book(path)
    return [(each.line, each.problem.path, each.problem.code) for each in refused.value.mistakes]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_load_and_fit_the_published_schema(path: Path) -> None:
    assert isinstance(load_price_book(path), PriceBook)
    jsonschema.Draft202012Validator(price_book_schema()).validate(load_plain(path))


def test_short_forms_mean_the_strict_ones(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(
        "{id: b, version: '1', items: [{id: A, name: Apple, base_price: 1.50 EUR}],\n"
        "offers: [{id: o, benefits: [{type: PercentOff, percent: 12.5}],\n"
        "conditions: [{type: QuantityBetween, minimum: 3}]}]}",
        encoding="utf-8",
    )
    book = load_price_book(path)
    assert book.items[0].base_price == Money(Decimal("1.50"), "EUR")
    strict = {
        "id": "b",
        "version": "1",
        "items": [{"id": "A", "name": "Apple", "base_price": {"amount": "1.50", "currency": "EUR"}}],
        "offers": [
            {
                "id": "o",
                "benefits": [{"type": "PercentOff", "percent": "12.5"}],
                "conditions": [{"type": "QuantityBetween", "minimum": "3"}],
            }
        ],
    }
    assert read_price_book(strict) == book


def test_mistakes_of_shape_and_of_rules_come_all_at_once_with_their_lines(tmp_path: Path) -> None:
    """An amount that is none, a field that does not exist, 120 percent and a discount below nothing."""
    assert _mistakes(tmp_path, WRONG) == [
        (4, "items[0].base_price", "boundary.wrong_field"),
        (5, "items[1].prise", "value.unknown_field"),
        (10, "offers[0].benefits[0].percent", "value.not_accepted"),
        (12, "offers[1].benefits[0].amount", "value.not_accepted"),
    ]


SEVERAL = """\
id: shop
version: '1'
items:
  - {id: TEA, name: Tea, base_price: 10.00}
  - {id: JAM, name: Jam, base_price: 4.00 EUR, colour: red, size: 2}
  - {id: MUG, name: Mug, base_price: 8.00 EUR}
  - {id: MUG, name: Mug}
offers:
  - {id: GIFT, benefits: [{type: AddItem, item: TEA, unit_price: -3.00 EUR, percent: 140, per_units: 0}]}
  - {id: CARD, benefits: [{type: AddItem, item: TEA, unit_price: 3 EUR}, {type: AddItem, item: NIX, unit_price: 1 EUR}]}
  - {id: LANE, benefits: [{type: PercentOff, percent: 5}], lane: fast}
  - {id: NONE}
coupons:
  - {id: A, codes: [GIFT-1], offer: GIFT}
  - {id: B, codes: [X], offer: NIX}
combination: {selection: best_single}
zone: Mars/Base
"""


def test_every_mistake_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    """Of shape, of one value, of several values of one object, between the parts; none because another one is there.

    TEA and GIFT are broken themselves, so nobody complains that the card's TEA and the coupon's GIFT are missing.
    """
    assert _mistakes(tmp_path, SEVERAL) == [
        (4, "items[0].base_price", "boundary.wrong_field"),
        (5, "items[1].colour", "value.unknown_field"),
        (5, "items[1].size", "value.unknown_field"),
        (7, "items[3].id", "pricing.given_twice"),
        (9, "offers[0].benefits[0].unit_price", "value.not_accepted"),
        (9, "offers[0].benefits[0].per_units", "value.not_accepted"),
        (9, "offers[0].benefits[0].percent", "value.not_accepted"),
        (10, "offers[1].benefits[1].item", "pricing.unknown_item"),
        (11, "offers[2].lane", "pricing.offer_unknown_lane"),
        (12, "offers[3].benefits", "value.not_accepted"),
        (15, "coupons[1].offer", "pricing.coupon_offer"),
        (17, "zone", "time.unknown_zone"),
    ]


def test_what_would_be_accepted_is_said_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(SEVERAL, encoding="utf-8")
    with pytest.raises(BadPriceBook) as refused:
        load_price_book(path)
    texts = {each.line: each.problem.text() for each in refused.value.mistakes}
    assert texts[4] == (
        "items[0].base_price: '10.00' does not fit; accepted: an amount and its currency, such as 24.00 EUR"
    )
    german = refused.value.mistakes[0].problem.text("de")
    assert german.endswith("passt nicht; zulässig: ein Betrag mit seiner Währung, etwa 24.00 EUR")


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("{id: b}", ["version"]),
        ("{id: b, version: '1', items: 5, offers: [{id: x}]}", ["items", "offers[0].benefits"]),
        ("[1, 2]", [""]),
        (
            """{version: '1', combination: {base: nix}, offers: [{id: x, lane: y, benefits: [{type: CheapestFree}]}],
            coupons: [{id: c, codes: [], offer: x}], catalogues: {}, source_codes: [{id: s, catalogue: t}]}""",
            ["id", "combination.base", "catalogues", "coupons[0].offer", "coupons[0].codes"],
        ),
    ],
)
def test_a_file_that_is_wrong_from_the_top_hides_and_adds_no_mistake(
    tmp_path: Path, text: str, paths: list[str]
) -> None:
    """What depends on a part that cannot be read, such as the lanes of a combination, is not judged."""
    assert sorted(path for _line, path, _code in _mistakes(tmp_path, text)) == sorted(paths)


def test_mistakes_of_the_rules_come_all_at_once_with_their_lines(tmp_path: Path) -> None:
    """The same file with its two slips of the pen mended: now 120 percent and a discount of nothing are left."""
    mended = WRONG.replace("EURO", "EUR").replace("prise", "base_price")
    assert _mistakes(tmp_path, mended) == [
        (10, "offers[0].benefits[0].percent", "value.not_accepted"),
        (12, "offers[1].benefits[0].amount", "value.not_accepted"),
    ]


def test_mistakes_between_the_parts_come_all_at_once(tmp_path: Path) -> None:
    """An item that stands twice does not hide a coupon that releases nothing."""
    text = (
        "{id: b, version: '1', items: [{id: A, name: x}, {id: A, name: y}],\n"
        "coupons: [{id: c, codes: [C], offer: none}]}"
    )
    codes = {code for _line, _path, code in _mistakes(tmp_path, text)}
    assert codes == {"pricing.given_twice", "pricing.coupon_offer"}


def test_json_files_have_lines_too(tmp_path: Path) -> None:
    text = '{\n  "id": "b",\n  "version": "1",\n  "items": [\n    {"id": "A"}\n  ]\n}'
    assert _mistakes(tmp_path, text, "prices.json") == [(5, "items[0].name", "value.missing_field")]


def test_the_message_leads_an_editor_to_the_line(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(BadPriceBook, match=r"(?m)^prices\.yaml:5: items\[1\]\.prise: "):
        load_price_book(path)


def test_the_exception_survives_a_process_border(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(BadPriceBook) as refused:
        load_price_book(path)
    assert pickle.loads(pickle.dumps(refused.value)).mistakes == refused.value.mistakes  # noqa: S301 - our own bytes


@pytest.mark.parametrize("text", ["{", "a: [", "\x00"])
def test_a_file_that_cannot_be_parsed_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadMapping):
        load_price_book(path)


@pytest.mark.parametrize("plain", [None, [], "text", 3, {"items": 3}, {"id": "b", "version": "1", "offers": [None]}])
def test_nonsense_is_a_problem_never_a_crash(plain: Any) -> None:
    answer = read_price_book(plain)
    assert isinstance(answer, tuple)
    assert answer


def _nested(depth: int, innermost: object) -> dict[str, Any]:
    condition = innermost
    for _level in range(depth):
        condition = {"type": "AllOf", "conditions": [condition]}
    offer = {"id": "o", "benefits": [{"type": "PercentOff", "percent": "10"}], "conditions": [condition]}
    return {"id": "b", "version": "1", "offers": [offer]}


IN_SHOP = {"type": "InChannel", "channels": ["shop"]}


def test_conditions_are_nested_up_to_100_levels() -> None:
    """Book, offers and offer are 3 levels, the list of conditions one; each `AllOf` adds itself and its list: 2.

    The innermost condition and its channels are 2 more: 4 + 2 * 47 + 2 is 100.
    """
    assert isinstance(read_price_book(_nested(47, IN_SHOP)), PriceBook)
    (problem,) = _problems(_nested(48, IN_SHOP))
    assert (problem.code, problem.param("value"), problem.param("accepted")) == (
        "boundary.nested_too_deeply",
        "101",
        "100",
    )
    assert problem.path == "offers[0]" + ".conditions[0]" * 49


def test_a_mistake_inside_47_conditions_is_named_at_its_place() -> None:
    (problem,) = _problems(_nested(47, {"type": "InChanel"}))
    assert problem.path == "offers[0]" + ".conditions[0]" * 48


@pytest.mark.parametrize("depth", [100, 300, 100_000])
@pytest.mark.parametrize("text", ['{{"offers": {}1{}}}', '{{"id": "b", "version": "1", "offers": [{}1{}]}}'])
def test_a_file_nested_far_too_deep_is_refused_never_a_crash(tmp_path: Path, depth: int, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text.format("[" * depth, "]" * depth), encoding="utf-8")
    with pytest.raises((BadMapping, BadPriceBook), match="nested"):
        load_price_book(path)


def test_a_file_that_holds_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("id: b\nversion: '1'\noffers: &all\n  - *all\n", encoding="utf-8")
    with pytest.raises(BadPriceBook, match="nested 101 levels deep"):
        load_price_book(path)


def _problems(plain: Any) -> tuple[Problem, ...]:
    answer = read_price_book(plain)
    assert isinstance(answer, tuple)
    return answer


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text(max_size=3)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2),
            st.dictionaries(
                st.sampled_from(["id", "version", "items", "offers", "benefits", "type", "percent"]), inner, max_size=3
            ),
        ),
        max_leaves=8,
    )
)
def test_any_plain_data_is_answered(plain: Any) -> None:
    answer = read_price_book(plain)
    assert isinstance(answer, PriceBook) or all(each.code for each in answer)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_what_the_codec_writes_is_read_back_equal(path: Path) -> None:
    book = load_price_book(path)
    assert read_price_book(json.loads(JsonCodec().encode(book))) == book
