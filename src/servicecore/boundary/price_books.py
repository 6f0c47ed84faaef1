"""Price books as files: YAML or JSON, checked against a published schema, every mistake named with its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve

from servicecore.boundary.file_forms import strict, widened
from servicecore.boundary.mapping import load_plain
from servicecore.boundary.mistakes import BadFile, placed
from servicecore.boundary.models import Models
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import schema_of
from servicecore.errors import InvalidValue
from servicecore.kernel.problems import Problem
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import compile_book
from servicecore.pricing.promotions.offer_parts import NO_PARTS, OfferParts
from servicecore.storage.codec import JsonCodec


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
    raise BadPriceBook(placed(file, answer))


def read_price_book(plain: Any, parts: OfferParts = NO_PARTS) -> PriceBook | tuple[Problem, ...]:
    """Return the price book that ``plain`` (as YAML or JSON is read) says, or everything that is wrong with it.

    Problem codes: ``value.unknown_field``, ``value.missing_field``, ``boundary.wrong_field``,
    ``storage.missing_plugin_part``, whatever the classes of the book refuse, and those of ``compile_book``.
    """
    added = parts.by_base()
    reader = Reader(Models(added), JsonCodec(whole_numbers=True, added=added))
    book = reader.read(PriceBook, strict(PriceBook, plain, added))
    if isinstance(book, tuple):
        return book
    return tuple(_refusals(book)) or book


def price_book_schema(parts: OfferParts = NO_PARTS) -> dict[str, Any]:
    """Return the JSON Schema of price book files, for editors and for checks without Python; with ``parts``."""
    models = Models(parts.by_base())
    schema: dict[str, Any] = widened(schema_of(PriceBook, title="price-book", models=models))
    return schema


def _refusals(book: PriceBook) -> Iterable[Problem]:
    """Compile the book part by part, so that a mistake in one part does not hide those of the others."""
    sources: dict[str, Any] = {"catalogue_promotions": (), "catalogues": (), "source_codes": ()}
    nothing = evolve(book, items=(), lists=(), offers=(), coupons=(), charges=(), conversions=(), costs=(), **sources)
    items = tuple({item.id: item for item in book.items}.values())
    parts = (
        evolve(nothing, items=book.items),
        evolve(nothing, lists=book.lists),
        evolve(nothing, items=items, offers=book.offers),
        evolve(nothing, items=items, offers=book.offers, coupons=book.coupons),
        evolve(nothing, charges=book.charges),
        evolve(nothing, conversions=book.conversions),
        evolve(nothing, catalogue_promotions=book.catalogue_promotions),
        evolve(nothing, items=items, catalogues=book.catalogues, source_codes=book.source_codes),
    )
    found: dict[Problem, None] = {}
    for part in (nothing, *parts, book):
        try:
            compile_book(part)
        except InvalidValue as error:
            found[error.problem] = None
    return found
