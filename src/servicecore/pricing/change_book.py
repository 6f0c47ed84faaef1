"""Change one offer or one price in a compiled book: only what it touches is filed anew, the rest is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve, fields

from servicecore.kernel.blank import blank_class
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import check_added_items, check_coupon_offer
from servicecore.pricing.compiled_book import CompiledBook, prepare_rounding
from servicecore.pricing.overlay import changed
from servicecore.pricing.price_index import index_row
from servicecore.pricing.price_lists import PriceList, PriceRow
from servicecore.pricing.promotions.offer import Offer

UNKNOWN_LIST: Final = ProblemKind(
    "pricing.unknown_list",
    en="there is no price list {value}; accepted: {accepted}",
    it="non esiste il listino {value}; valori ammessi: {accepted}",
    de="die Preisliste {value} gibt es nicht; zulässig: {accepted}",
)
UNKNOWN_ROW: Final = ProblemKind(
    "pricing.unknown_row",
    en="there is no price row {value}; accepted: {accepted}",
    it="non esiste la riga di listino {value}; valori ammessi: {accepted}",
    de="die Preiszeile {value} gibt es nicht; zulässig: {accepted}",
)

_BlankBook: Final = blank_class(PriceBook)
_UNCHANGED: Final = tuple([each.name for each in fields(PriceBook) if each.name not in {"version", "offers", "lists"}])


def with_offer(compiled: CompiledBook, offer: Offer, version: str) -> CompiledBook:
    """Return the book with ``offer``, in the place of the one with its id or after all others.

    Quotes are those of the book compiled afresh; the work does not grow with what the offer does not touch, but for
    copies of references. ``version`` names the changed book.

    Raises:
        InvalidValue: ``pricing.coupon_offer`` where a coupon releases it and it is not for codes,
            ``pricing.code_given_twice``, ``pricing.offer_unknown_lane``, ``pricing.unknown_item`` where it adds what
            is no item.

    """
    check_added_items(offer, compiled.items)
    for coupon in compiled.book.coupons:
        if coupon.offer == offer.id:
            check_coupon_offer(coupon, offer)
    offers = compiled.offers.with_offer(offer)
    book = _changed_book(compiled.book, version, offers.by_id, compiled.book.lists)
    return evolve(compiled, book=book, offers=offers)


def without_offer(compiled: CompiledBook, offer: str, version: str) -> CompiledBook:
    """Return the book without the offer called ``offer``; the same book where there is none.

    Raises:
        InvalidValue: ``pricing.coupon_offer`` where a coupon releases it.

    """
    old = compiled.offers.by_id.get(offer)
    if old is None:
        return compiled
    for coupon in compiled.book.coupons:
        if coupon.offer == offer:
            check_coupon_offer(coupon, None)
    offers = compiled.offers.without(old)
    book = _changed_book(compiled.book, version, offers.by_id, compiled.book.lists)
    return evolve(compiled, book=book, offers=offers)


def with_price_row(
    compiled: CompiledBook, price_list: str, row: PriceRow, version: str, *, instead_of: PriceRow | None = None
) -> CompiledBook:
    """Return the book with ``row`` in the list called ``price_list``.

    Quotes are those of the book compiled afresh. ``instead_of`` is the row whose place it takes; without one it
    stands after all others. ``version`` names the changed book.

    Raises:
        InvalidValue: ``pricing.unknown_list``, ``pricing.unknown_row``, ``pricing.formula_without_list_price``,
            ``pricing.break_without_sum``, ``value.wrong_type``.

    """
    place, found = _list_called(compiled, price_list)
    pool = compiled.prices.pool(found)
    old = None if instead_of is None else pool.find(price_list, instead_of)
    if instead_of is not None and old is None:
        raise UNKNOWN_ROW.error("row", value=instead_of, accepted=f"a row of the list {price_list}")
    position = len(found.rows) if old is None else old.position
    listed = found.with_row(position, row)
    lists = (*compiled.book.lists[:place], listed, *compiled.book.lists[place + 1 :])
    rounding = compiled.rounding
    if row.currency not in rounding:
        rounding = changed(rounding, row.currency, prepare_rounding(compiled.book.rounding, row.currency))
    return evolve(
        compiled,
        book=_changed_book(compiled.book, version, compiled.offers.by_id, lists),
        prices=compiled.prices.changed(found, pool, pool.changed(old, index_row(listed, row, position))),
        rounding=rounding,
    )


def _list_called(compiled: CompiledBook, wanted: str) -> tuple[int, PriceList]:
    for place, each in enumerate(compiled.book.lists):
        if each.id == wanted:
            return place, each
    accepted = ", ".join(each.id for each in compiled.book.lists) or "none"
    raise UNKNOWN_LIST.error("list", value=wanted, accepted=accepted)


def _changed_book(
    book: PriceBook, version: str, offers: Mapping[str, Offer], lists: tuple[PriceList, ...]
) -> PriceBook:
    made = _BlankBook()
    for name in _UNCHANGED:
        setattr(made, name, getattr(book, name))
    made.version = version
    made.lists = lists
    made._offers_by_id = offers  # noqa: SLF001 - put in a row when they are read
    made.__class__ = PriceBook
    changed_book: PriceBook = made
    return changed_book
