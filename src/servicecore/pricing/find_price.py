"""Find a price: the list price of an item, and the agreement that takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, settled
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.found_price import FoundPrice, PriceTier
from servicecore.pricing.graduated_parts import graduated_parts
from servicecore.pricing.line_in_progress import LineInProgress, bounded
from servicecore.pricing.price_index import IndexedRow, PriceQuestion, RowPool
from servicecore.pricing.price_lists import FormulaBasis, PriceFormula, PriceMode
from servicecore.pricing.quantity_breaks import BreakPricing
from servicecore.pricing.rounding_policy import rounder

_After: TypeAlias = "Callable[[], FoundPrice | None]"
"""Finds the price that would hold without a list and those before it."""


def find_list_price(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> FoundPrice | None:
    """Return the list price: of an override list, else a base list, else the item's own, else a fallback list."""
    prices = book.prices
    if prices.only is not None:
        best = prices.only.best(line, asked)
        if best is not None:
            if best.stated is not None and line.unit == line.item.unit:
                return best.stated
            return _priced(best, line, asked, rounders, None, lambda: _own_or_fallback(book, line, asked, rounders))
        return _own_or_fallback(book, line, asked, rounders)
    return _find(
        prices.override, line, asked, rounders, None, lambda: _base_or_own(book, line, asked, rounders), last=False
    )


def _base_or_own(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> FoundPrice | None:
    return _find(
        book.prices.base, line, asked, rounders, None, lambda: _own_or_fallback(book, line, asked, rounders), last=False
    )


def _own_or_fallback(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> FoundPrice | None:
    own = line.item.base_price
    if own is not None and own.currency == asked.currency:
        source, included = f"item {line.item.id}", line.item.base_price_includes_tax
        if included is not None or line.item.price_unit != 1:
            stated = _of_many(line, own) if line.item.price_unit != 1 else FoundPrice(own.amount, source, money=own)
            return _per_unit(_in_book_terms(stated, included, line, asked, rounders), line, rounders)
        if line.unit == line.item.unit:
            return FoundPrice(own.amount, source, money=own)
        return FoundPrice(_per_line_unit(line, own.amount, rounders), source)
    return _find(book.prices.fallback, line, asked, rounders, None, _nothing, last=False)


def _nothing() -> None:
    return None


def _of_many(line: LineInProgress, own: Money) -> FoundPrice:
    """Return the price of one unit of an item whose own price is for several, and of the line's quantity together."""
    each = bounded(EXACT.divide(own.amount, line.item.price_unit))
    together = bounded(EXACT.divide(EXACT.multiply(own.amount, line.own_quantity), line.item.price_unit))
    return FoundPrice(each, f"item {line.item.id}", together=together)


def find_sale_price(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders, percent: Decimal | None
) -> FoundPrice | None:
    """Return the agreed price, or None; it counts even where it is higher than the list price (CC 7.1).

    ``percent`` is taken off the multiplier of a formula that asks for it; None is not known yet.
    """
    pools = book.prices.sale
    return _find(pools, line, asked, rounders, percent, lambda: FoundPrice(line.list_price, ""), last=True)


def _find(
    pools: tuple[RowPool, ...],
    line: LineInProgress,
    asked: PriceQuestion,
    rounders: Rounders,
    percent: Decimal | None,
    after: _After,
    *,
    last: bool,
) -> FoundPrice | None:
    """Return the price of the first of ``pools`` that has one, else, unless they are the ``last``, what comes after."""
    for place, pool in enumerate(pools):
        best = None
        if pool.breaks is not BreakPricing.GRADUATED and pool.mode is not PriceMode.LOWEST:
            best = pool.best(line, asked)
            if best is None:
                continue
            if best.stated is not None and line.unit == line.item.unit:
                return best.stated

        def below(place: int = place) -> FoundPrice | None:
            return _find(pools[place + 1 :], line, asked, rounders, percent, after, last=False)

        if best is not None:
            found = _priced(best, line, asked, rounders, percent, below)
        elif pool.breaks is BreakPricing.GRADUATED:
            found = _graduated(pool, line, asked, rounders, percent, below)
        else:
            rows = pool.matching(line, asked)
            found = _lowest([_priced(each, line, asked, rounders, percent, below) for each in rows])
        if found is not None:
            return found
    return None if last else after()


def _lowest(prices: Iterable[FoundPrice | None]) -> FoundPrice | None:
    # A price that cannot be told for want of a rate may be the lowest: it is chosen, and refused.
    return min(
        [price for price in prices if price is not None],
        key=lambda price: (not price.no_rate, price.amount is None, price.amount or Decimal(0), price.source),
        default=None,
    )


def _graduated(
    pool: RowPool,
    line: LineInProgress,
    asked: PriceQuestion,
    rounders: Rounders,
    percent: Decimal | None,
    below: _After,
) -> FoundPrice | None:
    found: list[tuple[Decimal, FoundPrice]] = []
    for part in graduated_parts(pool, line, asked):
        price = _lowest([_priced(each, line, asked, rounders, percent, below) for each in part.rows])
        if price is None:
            return None
        found.append((part.units, price))
    if len(found) < 2:  # noqa: PLR2004 - one part alone is a price like any other
        return found[0][1] if found else None
    unknown = next((price for _units, price in found if price.amount is None), None)
    if unknown is not None:
        return unknown
    graduated = FoundPrice(
        None,
        ", ".join(dict.fromkeys(price.source for _units, price in found)),
        any(price.takes_offer_percent for _units, price in found),
        tiers=tuple([_tier(units, price) for units, price in found]),
        rate=next((price.rate for _units, price in found if price.rate is not None), None),
    )
    average = _average(graduated.whole, line)
    if graduated.rate is None:
        return evolve(graduated, amount=average)
    return evolve(graduated, amount=average, stated=_average(graduated.whole_stated, line))


def _tier(units: Decimal, price: FoundPrice) -> PriceTier:
    amount = price.amount or Decimal(0)
    return PriceTier(units, amount, amount if price.stated is None else price.stated, price.includes_tax)


def _average(whole: Decimal | None, line: LineInProgress) -> Decimal:
    return bounded(EXACT.divide(whole or Decimal(0), line.quantity))


def _priced(
    indexed: IndexedRow,
    line: LineInProgress,
    asked: PriceQuestion,
    rounders: Rounders,
    percent: Decimal | None,
    below: _After,
) -> FoundPrice | None:
    """Return what a row says; None where its formula starts from a unit price that nothing below it gives."""
    row = indexed.row
    if indexed.stated is not None:
        if line.unit == line.item.unit or (row.unit and row.unit != line.item.unit):
            return indexed.stated
        amount = indexed.stated.amount or Decimal(0)
        return FoundPrice(_per_line_unit(line, amount, rounders), indexed.list_id)
    if row.amount is None:
        computed = _computed(indexed, line, asked, rounders, percent, below)
        included = row.includes_tax
        return (
            computed
            if included is None or computed is None
            else _in_book_terms(computed, included, line, asked, rounders)
        )
    stated = FoundPrice(row.amount.amount, indexed.list_id, money=row.amount)
    found = _in_book_terms(stated, row.includes_tax, line, asked, rounders)
    return found if row.unit and row.unit != line.item.unit else _per_unit(found, line, rounders)


def _per_unit(found: FoundPrice, line: LineInProgress, rounders: Rounders) -> FoundPrice:
    """Return the price of one of the item's own units as that of one unit of the line."""
    if found.amount is None or line.unit == line.item.unit:
        return found
    before = None if found.stated is None else _per_line_unit(line, found.stated, rounders)
    amount = _per_line_unit(line, found.amount, rounders)
    return evolve(found, amount=amount, money=None, stated=before, together=None)


def _in_book_terms(
    found: FoundPrice, included: bool | None, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> FoundPrice:
    """Return the price found, which is stated with tax or without as ``included`` says, in the book's convention."""
    taxes = asked.taxes
    if taxes is None or found.amount is None or included is taxes.settings.prices_include_tax:
        return evolve(found, includes_tax=included)
    rate = taxes.rate(line.item)
    if rate is None:
        return evolve(found, amount=None, money=None, includes_tax=included, no_rate=True, together=None)
    amount = rounders.unit_price(taxes.converted(found.amount, rate))
    return evolve(
        found, amount=amount, money=None, includes_tax=included, stated=found.amount, rate=rate, together=None
    )


def _computed(
    indexed: IndexedRow,
    line: LineInProgress,
    asked: PriceQuestion,
    rounders: Rounders,
    percent: Decimal | None,
    below: _After,
) -> FoundPrice | None:
    formula = indexed.row.formula or PriceFormula()
    source = f"{indexed.list_id}: {formula.text}"
    waits, included = formula.less_offer_percent and percent is None, None
    if formula.basis is FormulaBasis.UNIT:
        unit = below()
        if unit is None or unit.amount is None:
            return unit
        basis: Decimal | None = unit.amount
        source = f"{source} ({unit.source.removeprefix('item ')})" if unit.source else source
        waits = waits or unit.takes_offer_percent
        included = unit.includes_tax if asked.taxes is None else None
    else:
        basis = line.list_price if formula.basis is FormulaBasis.LIST else line.unit_cost
    if basis is None:
        return FoundPrice(None, source)
    multiplier = formula.multiplier
    if formula.less_offer_percent and percent:
        multiplier = EXACT.subtract(multiplier, percent.scaleb(-2, EXACT))
        source = f"{source} - {percent} %"
    exact = EXACT.divide(EXACT.multiply(basis, multiplier), formula.divisor)
    exact = max(EXACT.add(exact, formula.amount), Decimal(0))
    rounding = formula.rounding
    rounded = rounders.unit_price(exact) if rounding is None else rounder(rounding, asked.currency)(exact)
    return FoundPrice(rounded, source, waits, includes_tax=included)


def _per_line_unit(line: LineInProgress, amount: Decimal, rounders: Rounders) -> Decimal:
    if line.unit == line.item.unit:
        return amount
    return rounders.unit_price(settled(EXACT.divide(EXACT.multiply(amount, line.own_quantity), line.quantity)))
