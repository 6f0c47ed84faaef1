"""Compile a price book: check it as a whole, and file everything where a quote looks for it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import zone
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.quantity import UnitTable
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compiled_book import CompiledBook, CostSpan, prepare_rounding
from servicecore.pricing.costs import CostRow
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.price_index import index_prices
from servicecore.pricing.price_lines import UNKNOWN_ITEM
from servicecore.pricing.promote_line import file_promotions
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.offer_book import OfferBook, file_offers
from servicecore.pricing.read_source_codes import check_exchanges, file_sources
from servicecore.pricing.sources import Catalogue
from servicecore.pricing.validity import first_day, last_day

GIVEN_TWICE: Final = ProblemKind(
    "pricing.given_twice",
    en="{value} stands in the book twice; accepted: {accepted}",
    it="{value} compare due volte nel listino; valori ammessi: {accepted}",
    de="{value} steht doppelt im Preisbuch; zulässig: {accepted}",
)
COUPON_OFFER: Final = ProblemKind(
    "pricing.coupon_offer",
    en="the coupon {coupon} releases {value}; accepted: {accepted}",
    it="il buono {coupon} sblocca {value}; valori ammessi: {accepted}",
    de="der Gutschein {coupon} löst {value} aus; zulässig: {accepted}",
)


def compile_book(book: PriceBook) -> CompiledBook:
    """Return the book as an immutable snapshot for quotes; the work is done once, not with every quote.

    Raises:
        InvalidValue: ``pricing.given_twice`` for an item, list, offer, charge, delivery mode, coupon or code that
            stands in it twice, ``pricing.code_given_twice``, ``pricing.offer_unknown_lane``,
            ``pricing.offer_unknown_group``,
            ``pricing.coupon_offer``, ``pricing.mode_conflict``, ``time.unknown_zone``, those of
            ``check_exchanges``, ``file_sources`` and ``file_promotions``,
            ``pricing.unknown_item`` for a free product, or one that an offer adds, that is no item,
            ``value.wrong_type``.

    """
    zone(must_be(book, PriceBook, "book").zone)
    for path, ids in (
        ("items", [each.id for each in book.items]),
        ("lists", [each.id for each in book.lists]),
        ("offers", [each.id for each in book.offers]),
        ("charges", [each.id for each in book.charges]),
        ("delivery_modes", [each.code for each in book.delivery_modes]),
        ("coupons", [each.id for each in book.coupons]),
        ("catalogue_promotions", [each.id for each in book.catalogue_promotions]),
        ("catalogues", [each.id for each in book.catalogues]),
    ):
        _check_once(path, ids)
    items = {item.id: item for item in book.items}
    for catalogue in book.catalogues:
        check_free_products(catalogue, items)
    for offer in book.offers:
        check_added_items(offer, items)
    check_exchanges(book.exchanges, book.source_codes)
    offers = file_offers(book.offers, book.combination)
    for coupon in book.coupons:
        check_coupon_offer(coupon, offers.by_id.get(coupon.offer))
    return CompiledBook(
        book=book,
        items=items,
        prices=index_prices(book.lists),
        costs=_file_costs(book.costs),
        offers=offers,
        coupons=_file_codes(book.coupons, offers),
        charges=tuple(sorted(book.charges, key=lambda charge: charge.rank)),
        promotions=file_promotions(book.catalogue_promotions),
        sources=file_sources(book.source_codes, book.catalogues),
        units=UnitTable(book.conversions),
        rounding={currency: prepare_rounding(book.rounding, currency) for currency in sorted(_currencies(book))},
        items_state_tax=any(item.base_price_includes_tax is not None for item in book.items),
    )


def check_added_items(offer: Offer, items: Container[str]) -> None:
    """Refuse an offer that puts something into the cart which is none of ``items`` (``pricing.unknown_item``)."""
    for problem in unknown_added_items(offer, items):
        raise InvalidValue(problem)


def unknown_added_items(offer: Offer, items: Container[str]) -> Iterator[Problem]:
    """Yield ``pricing.unknown_item`` for everything that ``offer`` puts into the cart and that is none of ``items``."""
    for place, benefit in enumerate(() if offer.plain else offer.benefits):
        if benefit.adds and benefit.adds not in items:
            path = f"offers.{offer.id}.benefits[{place}].item"
            yield UNKNOWN_ITEM.at(path, value=benefit.adds, accepted="the id of an item in the price book")


def check_free_products(catalogue: Catalogue, items: Container[str]) -> None:
    """Refuse a catalogue with a free product that is none of ``items`` (``pricing.unknown_item``)."""
    for problem in unknown_free_products(catalogue, items):
        raise InvalidValue(problem)


def unknown_free_products(catalogue: Catalogue, items: Container[str]) -> Iterator[Problem]:
    """Yield ``pricing.unknown_item`` for every free product of ``catalogue`` that is none of ``items``."""
    for place, free in enumerate(catalogue.free_products):
        if free.item not in items:
            path = f"catalogues.{catalogue.id}.free_products[{place}].item"
            yield UNKNOWN_ITEM.at(path, value=free.item, accepted="the id of an item in the price book")


def _currencies(book: PriceBook) -> set[str]:
    priced = {row.currency for each in book.lists for row in each.rows}
    return priced | {item.base_price.currency for item in book.items if item.base_price is not None}


def _check_once(path: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise GIVEN_TWICE.error(path, value=each, accepted="each id once")
        seen.add(each)


def check_coupon_offer(coupon: Coupon, offer: Offer | None) -> None:
    """Refuse a coupon that releases ``offer`` where that is not for codes, or none (``pricing.coupon_offer``)."""
    if not coupon.offer:
        return
    problem: InvalidValue | None = None
    path = f"coupons.{coupon.id}.offer"
    if offer is None or offer.trigger is not OfferTrigger.CODE:
        accepted = "the id of an offer that a code releases"
        problem = COUPON_OFFER.error(path, coupon=coupon.id, value=coupon.offer, accepted=accepted)
    elif coupon.exclusive and offer.exclusive is not Exclusivity.CART:
        accepted = "for an exclusive coupon, an offer that is exclusive in the cart"
        problem = COUPON_OFFER.error(path, coupon=coupon.id, value=coupon.offer, accepted=accepted)
    if problem is not None:
        raise problem


def _file_costs(rows: Iterable[CostRow]) -> dict[tuple[str, str], tuple[CostSpan, ...]]:
    filed: dict[tuple[str, str], list[CostSpan]] = {}
    for row in rows:
        span = CostSpan(first_day(row.valid_from), last_day(row.valid_until), row.amount)
        filed.setdefault((row.item, row.amount.currency), []).append(span)
    return {
        key: tuple(sorted(spans, key=lambda span: (-span.first, span.last, span.amount.amount)))
        for key, spans in filed.items()
    }


def _file_codes(coupons: Iterable[Coupon], offers: OfferBook) -> dict[str, Coupon]:
    own = {normalised(code) for code in offers.by_code}
    filed: dict[str, Coupon] = {}
    for coupon in coupons:
        file_codes(filed, coupon, own)
    return filed


def file_codes(filed: dict[str, Coupon], coupon: Coupon, own: Container[str]) -> None:
    """Add the codes of ``coupon`` to ``filed``; refuse none at all, and one that a coupon or offer (``own``) has."""
    if not coupon.codes:
        raise NOT_ACCEPTED.error(f"coupons.{coupon.id}.codes", value="none", accepted="at least one code")
    for code in coupon.codes:
        if normalised(code) in own or filed.setdefault(normalised(code), coupon) is not coupon:
            raise GIVEN_TWICE.error(f"coupons.{coupon.id}.codes", value=code, accepted="each code once")
