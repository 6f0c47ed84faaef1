"""Price books as files: YAML or JSON, checked against a published schema, every mistake named with its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve, frozen

from servicecore.boundary.file_forms import strict, widened
from servicecore.boundary.mapping import load_plain
from servicecore.boundary.models import Models
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import schema_of
from servicecore.boundary.source_lines import SourceLines
from servicecore.errors import InvalidValue, Refused
from servicecore.kernel.problems import Problem
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import compile_book
from servicecore.pricing.promotions.offer_parts import NO_PARTS, OfferParts
from servicecore.storage.codec import JsonCodec


@frozen
class Mistake:
    """One thing that is wrong in a file.

    Attributes:
        file: the file's name.
        line: from 1; 0 where it is not known.
        problem: what is wrong, with its path in the file.

    """

    file: str
    line: int
    problem: Problem

    def text(self, locale: str = "en") -> str:
        """Return ``prices.yaml:12: offers[0].benefit.percent: ...``, as editors can jump to."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem.text(locale)}"


class BadPriceBook(Refused):
    """Raised when a price book file says something that cannot be; names every mistake with its place."""

    code: ClassVar[str] = "boundary.bad_price_book"

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(tuple(each.problem for each in mistakes))
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(each.text() for each in self.mistakes)

    def __reduce__(self) -> tuple[type[BadPriceBook], tuple[tuple[Mistake, ...]]]:  # type: ignore[override]
        return type(self), (self.mistakes,)


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


def placed(file: Path, problems: Iterable[Problem]) -> tuple[Mistake, ...]:
    """Return ``problems`` with the lines of ``file`` that their paths stand on."""
    lines = SourceLines(file.read_text(encoding="utf-8"))
    return tuple(Mistake(file.name, lines.line_of(each.path), each) for each in problems)


def read_price_book(plain: Any, parts: OfferParts = NO_PARTS) -> PriceBook | tuple[Problem, ...]:
    """Return the price book that ``plain`` (as YAML or JSON is read) says, or everything that is wrong with it.

    Problem codes: ``boundary.unknown_field``, ``boundary.missing_field``, ``boundary.wrong_field``,
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
