"""Check a price book as a whole: all that compiling it would refuse, at once, each thing with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from attrs import evolve

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import zone
from servicecore.kernel.problems import Problem
from servicecore.kernel.quantity import CONFLICTING_CONVERSION
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import (
    GIVEN_TWICE,
    check_coupon_offer,
    compile_book,
    file_codes,
    unknown_added_items,
    unknown_free_products,
)
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.price_index import index_prices
from servicecore.pricing.price_lists import PriceList, PriceListType
from servicecore.pricing.promote_line import file_promotions
from servicecore.pricing.promotions.endless_repeat import check_repeat
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_book import check_benefits, check_lane, check_ways, file_offer_codes
from servicecore.pricing.promotions.offer_codes import OfferCode
from servicecore.pricing.read_source_codes import check_exchanges, file_sources


def book_problems(book: PriceBook) -> tuple[Problem, ...]:
    """Return everything that ``compile_book`` would refuse, in the order of the book's fields; empty where it compiles.

    Paths name elements by their place: ``offers[2].lane``. Problem codes are those of ``compile_book``, which stops at
    the first.

    Raises:
        InvalidValue: ``value.wrong_type``: it is no price book.

    """
    must_be(book, PriceBook, "book")
    found = (
        *_twice("items", [item.id for item in book.items]),
        *_twice("lists", [each.id for each in book.lists]),
        *_modes(book.lists),
        *_twice("offers", [offer.id for offer in book.offers]),
        *_offers(book),
        *_twice("coupons", [coupon.id for coupon in book.coupons]),
        *_coupons(book),
        *_twice("charges", [charge.id for charge in book.charges]),
        *_twice("catalogue_promotions", [each.id for each in book.catalogue_promotions]),
        *_promotions(book),
        *_twice("catalogues", [each.id for each in book.catalogues]),
        *_catalogues(book),
        *_source_codes(book),
        *_twice("delivery_modes", [mode.code for mode in book.delivery_modes], field="code"),
        *_conversions(book),
        *_found("", "", partial(zone, book.zone)),
        *_found("", "", partial(check_exchanges, book.exchanges, book.source_codes)),
    )
    # Compiling has the last word, whatever it comes to check beside these.
    return found or tuple(_found("", "", partial(compile_book, book)))


def _found(named: str, placed: str, *checks: Callable[[], object]) -> Iterator[Problem]:
    """Yield what ``checks`` refuse, each of which stops at the first thing; see ``_placed``."""
    for check in checks:
        try:
            check()
        except InvalidValue as error:
            yield from _placed(named, placed, (error.problem,))


def _placed(named: str, placed: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield ``problems``, the path that begins with ``named`` beginning with ``placed``."""
    for each in problems:
        yield evolve(each, path=placed + each.path[len(named) :])


def _twice(path: str, ids: Iterable[str], field: str = "id") -> Iterator[Problem]:
    seen: set[str] = set()
    for place, each in enumerate(ids):
        if each in seen:
            yield GIVEN_TWICE.at(f"{path}[{place}].{field}", value=each, accepted="each id once")
        seen.add(each)


def _modes(lists: Iterable[PriceList]) -> Iterator[Problem]:
    """Compare each list with the first one of its type and priority; which rows they have does not matter."""
    first: dict[tuple[PriceListType, int], PriceList] = {}
    for place, each in enumerate(lists):
        one = evolve(each, rows=(), id="2")
        other = first.setdefault((each.type, each.priority), evolve(each, rows=(), id="1"))
        for problem in _found("lists", f"lists[{place}].mode", partial(index_prices, (other, one))):
            params = tuple([(name, each.id if name == "value" else text) for name, text in problem.params])
            yield evolve(problem, params=params)


def _offers(book: PriceBook) -> Iterator[Problem]:
    items = {item.id for item in book.items}
    codes: dict[str, tuple[Offer, OfferCode]] = {}
    rules = book.combination
    for place, offer in enumerate(book.offers):
        checks: list[Callable[[], object]] = [
            partial(check_benefits, offer),
            partial(check_lane, offer, rules),
            partial(check_ways, offer, rules),
            partial(file_offer_codes, codes, offer, rules),
        ]
        if rules.repeat:
            checks.append(partial(check_repeat, offer, rules))
        named, placed = f"offers.{offer.id}", f"offers[{place}]"
        yield from _placed(named, placed, unknown_added_items(offer, items))
        yield from _found(named, placed, *checks)


def _coupons(book: PriceBook) -> Iterator[Problem]:
    offers = {offer.id: offer for offer in book.offers}
    own = {normalised(code.code) for offer in book.offers for code in offer.codes}
    filed: dict[str, Coupon] = {}
    for place, coupon in enumerate(book.coupons):
        named, placed = f"coupons.{coupon.id}", f"coupons[{place}]"
        yield from _found(named, placed, partial(check_coupon_offer, coupon, offers.get(coupon.offer)))
        yield from _found(named, placed, partial(file_codes, filed, coupon, own))


def _promotions(book: PriceBook) -> Iterator[Problem]:
    for place, each in enumerate(book.catalogue_promotions):
        named, placed = f"catalogue_promotions.{each.id}", f"catalogue_promotions[{place}]"
        yield from _found(named, placed, partial(file_promotions, (each,)))


def _catalogues(book: PriceBook) -> Iterator[Problem]:
    items = {item.id for item in book.items}
    for place, each in enumerate(book.catalogues):
        named, placed = f"catalogues.{each.id}", f"catalogues[{place}]"
        yield from _placed(named, placed, unknown_free_products(each, items))


def _source_codes(book: PriceBook) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, each in enumerate(book.source_codes):
        named, placed = f"source_codes.{each.id}", f"source_codes[{place}]"
        yield from _found(named, placed, partial(file_sources, (each,), book.catalogues))
        if normalised(each.id) in seen:
            yield from _found(named, placed, partial(file_sources, (each, each), book.catalogues))
        seen.add(normalised(each.id))


def _conversions(book: PriceBook) -> Iterator[Problem]:
    seen: set[tuple[str, frozenset[str]]] = set()
    for place, each in enumerate(book.conversions):
        pair = (each.item, frozenset((each.from_unit, each.to_unit)))
        if pair in seen or each.from_unit == each.to_unit:
            shown = f"{each.from_unit} to {each.to_unit}"
            yield CONFLICTING_CONVERSION.at(f"conversions[{place}]", value=shown, accepted="each pair of units once")
        seen.add(pair)
