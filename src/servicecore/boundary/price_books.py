"""Price books as files: YAML or JSON, checked against a published schema, every mistake named with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

from attrs import evolve

from servicecore.boundary.file_forms import as_written, strict, widened
from servicecore.boundary.mapping import load_plain
from servicecore.boundary.mistakes import BadFile, placed
from servicecore.boundary.models import Models
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import schema_of
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.check_book import book_problems
from servicecore.pricing.compile import COUPON_OFFER
from servicecore.pricing.price_lines import UNKNOWN_ITEM
from servicecore.pricing.promotions.endless_repeat import ENDLESS_REPEAT
from servicecore.pricing.promotions.offer_book import CODE_TWICE, UNKNOWN_GROUP, UNKNOWN_LANE
from servicecore.pricing.promotions.offer_parts import NO_PARTS, OfferParts
from servicecore.pricing.read_source_codes import UNKNOWN_CATALOGUE, UNKNOWN_SOURCE_CODE
from servicecore.storage.codec import JsonCodec

MOST_LEVELS: Final = 100
"""How many objects and lists of a file may stand inside each other."""
NESTED_TOO_DEEPLY: Final = ProblemKind(
    "boundary.nested_too_deeply",
    en="it is nested {value} levels deep; accepted: {accepted} levels",
    it="si trova a {value} livelli di annidamento; valori ammessi: {accepted} livelli",
    de="es ist {value} Ebenen tief verschachtelt; zulässig: {accepted} Ebenen",
)

_ELEMENT: Final = re.compile(r"(\w+)(?:\[(\d+)\])?")
_NEEDS: Final = {
    UNKNOWN_ITEM.code: "items",
    COUPON_OFFER.code: "offers",
    UNKNOWN_CATALOGUE.code: "catalogues",
    UNKNOWN_SOURCE_CODE.code: "source_codes",
    UNKNOWN_LANE.code: "combination",
    UNKNOWN_GROUP.code: "combination",
    ENDLESS_REPEAT.code: "combination",
    CODE_TWICE.code: "combination",
}
"""What has to be read before a problem can be trusted, by its code."""


class BadPriceBook(BadFile):
    """Raised when a price book file says something that cannot be; names every mistake with its place."""

    code: ClassVar[str] = "boundary.bad_price_book"


def load_price_book(path: Path | str, parts: OfferParts = NO_PARTS) -> PriceBook:
    """Return the price book in a YAML or JSON file, checked as a whole.

    Beside the strict form of the schema a file may write decimals as plain numbers and money as ``24.00 EUR``.
    ``parts`` are those that plugins add to offers (`ServiceCore.offer_parts`).

    Raises:
        BadMapping: the file cannot be read or parsed.
        BadPriceBook: with every mistake: those of ``read_price_book``.

    """
    file = Path(path)
    answer = read_price_book(load_plain(file), parts)
    if isinstance(answer, PriceBook):
        return answer
    raise BadPriceBook(tuple(sorted(placed(file, answer), key=lambda mistake: mistake.line)))


def read_price_book(plain: Any, parts: OfferParts = NO_PARTS) -> PriceBook | tuple[Problem, ...]:
    """Return the price book that ``plain`` (as YAML or JSON is read) says, or everything that is wrong with it.

    What is wrong with the book as a whole is found even where some of its elements cannot be read.

    Problem codes: ``boundary.nested_too_deeply``, ``value.unknown_field``, ``value.missing_field``,
    ``boundary.wrong_field``, ``storage.missing_plugin_part``, whatever the classes of the book refuse, and those of
    ``compile_book``.
    """
    too_deep = _too_deep(plain)
    if too_deep is not None:
        return (too_deep,)
    added = parts.by_base()
    reader = Reader(Models(added), JsonCodec(whole_numbers=True, added=added))
    written = strict(PriceBook, plain, added)
    book = reader.read(PriceBook, written)
    if isinstance(book, tuple):
        return tuple(as_written(each) for each in (*book, *_of_the_rest(reader, written, book)))
    return book_problems(book) or book


def price_book_schema(parts: OfferParts = NO_PARTS) -> dict[str, Any]:
    """Return the JSON Schema of price book files, for editors and for checks without Python; with ``parts``."""
    models = Models(parts.by_base())
    schema: dict[str, Any] = widened(schema_of(PriceBook, title="price-book", models=models))
    return schema


def _too_deep(plain: Any) -> Problem | None:
    """Return the first place that lies deeper than ``MOST_LEVELS``; level by level, as all else here is recursive."""
    level = {id(plain): ("", plain)}
    for _depth in range(MOST_LEVELS):
        level = {id(each): (path, each) for around, value in level.values() for path, each in _inside(around, value)}
        if not level:
            return None
    path, _value = next(iter(level.values()))
    return NESTED_TOO_DEEPLY.at(path, value=MOST_LEVELS + 1, accepted=MOST_LEVELS)


def _inside(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the objects and lists in ``value``, which stands at ``path``, each with its path."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, dict | list):
                yield (f"{path}.{name}" if path else str(name)), each
    elif isinstance(value, list):
        for place, each in enumerate(value):
            if isinstance(each, dict | list):
                yield f"{path}[{place}]", each


def _of_the_rest(reader: Reader, plain: Any, mistakes: tuple[Problem, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the book as a whole where some of its elements cannot be read, as its ``mistakes`` say.

    These are left out, and so is what is only wrong because they are missing.
    """
    bad = {(match[1], int(match[2] or -1)) for each in mistakes if (match := _ELEMENT.match(each.path))}
    whole = {name for name, place in bad if place < 0}
    kept: dict[str, list[int]] = {}
    rest: dict[str, Any] = dict.fromkeys(whole & {"id", "version"}, "-")
    names: set[str] = set()
    for name, value in plain.items() if isinstance(plain, dict) else ():
        if name in whole:
            continue
        if not isinstance(value, list):
            rest[name] = value
            continue
        kept[name] = [place for place in range(len(value)) if (name, place) not in bad]
        rest[name] = [value[place] for place in kept[name]]
        left_out = [each for place, each in enumerate(value) if (name, place) in bad]
        names.update(str(each.get("id", "")) for each in left_out if isinstance(each, dict))
    book = reader.read(PriceBook, rest)
    for each in () if isinstance(book, tuple) else book_problems(book):
        if each.param("value") in names or _NEEDS.get(each.code) in whole:
            continue
        match = _ELEMENT.match(each.path)
        if match is not None and match[2] is not None:
            yield evolve(each, path=f"{match[1]}[{kept[match[1]][int(match[2])]}]{each.path[match.end() :]}")
        else:
            yield each
