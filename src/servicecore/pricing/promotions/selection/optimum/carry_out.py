"""Carry an answer out: its units are used, its discounts become shares of lines, rounded as the settings say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

from attrs import evolve

from servicecore.kernel.allocation import allocate
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import (
    BestPrice,
    EachUnit,
    OfferApplication,
    Use,
)
from servicecore.pricing.promotions.bench import NOTHING, Share
from servicecore.pricing.promotions.money_off import rounded
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.optimum.stock import spread, sum_of
from servicecore.pricing.promotions.selection.optimum.unit_forms import UnitForm
from servicecore.pricing.promotions.selection.optimum.way import Way

Owners: TypeAlias = Mapping[str, tuple[Offer, UnitForm]]
"""By id in a problem: the offer, and its form."""


def carry_out(way: Way, answer: BestPrice, owners: Owners) -> str:
    """Carry ``answer`` out; return the threshold that is part of it."""
    way.note_proof(answer, {name: offer.id for name, (offer, _form) in owners.items()})
    threshold = ""
    offers: dict[str, Offer] = {}
    times: dict[str, int] = {}
    shares: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for name, applications in groupby(answer.applications, key=lambda applied: applied.offer):
        if name not in owners:
            threshold = name
            continue
        offer, form = owners[name]
        given = list(applications)
        offers[offer.id] = offer
        times[offer.id] = max(times.get(offer.id, 0), form.times(sum(applied.times for applied in given)))
        for line, (amount, units) in _used(way, offer, form, given).items():
            before = shares.get((offer.id, line), (NOTHING, NOTHING))
            shares[offer.id, line] = (EXACT.add(before[0], amount), EXACT.add(before[1], units))
    for name in sorted(offers):
        parts = [Share(name, line, *found) for (owner, line), found in shares.items() if owner == name]
        way.apply(offers[name], parts, times[name], NOTHING)
    way.value = EXACT.add(way.value, answer.discount.amount)
    return threshold


def _used(
    way: Way, offer: Offer, form: UnitForm, applications: Iterable[OfferApplication]
) -> dict[str, tuple[Decimal, Decimal]]:
    """Use the units of ``applications``; return by line what comes off, as it is rounded, and the quantity."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    single = isinstance(form.offer, EachUnit)
    for applied in applications:
        for line, amount, units in _use_units(way, offer, applied if single else _rounded_set(way, applied)):
            before = found.get(line, (NOTHING, NOTHING))
            found[line] = (EXACT.add(before[0], amount), EXACT.add(before[1], units))
    if single and way.unit_rounding is None:
        rounding, currency = way.settings.percent_rounding, way.basket.currency
        if rounding is not None:
            found = {line: (rounded(amount, rounding, currency), units) for line, (amount, units) in found.items()}
        if form.offer.cap is not None:
            found = _within(form.offer.cap, way, found)
    return found


def _rounded_set(way: Way, applied: OfferApplication) -> OfferApplication:
    """Return ``applied`` with the discount of the set in money."""
    if way.unit_rounding is not None:
        return applied
    worth = sum_of([(use.unit_price * use.units).amount for use in applied.uses if use.use is not Use.BOUGHT])
    return evolve(applied, discount=Money(min(way.set_discount(applied.discount.amount), worth), way.basket.currency))


def _within(cap: Decimal, way: Way, found: dict[str, tuple[Decimal, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the amounts in money, no more than ``cap`` together: no budget is passed by what lines round up."""
    currency = way.basket.currency
    amounts = [amount for amount, _units in found.values()]
    total = Money(min(way.set_discount(sum_of(amounts)), cap), currency)
    digits = max(currency_digits(currency), decimals_of(total.amount))
    shares = allocate(total, amounts, keys=list(found), rounding_digits=digits).shares
    return {line: (share.amount, found[line][1]) for line, share in zip(found, shares, strict=True)}


def _use_units(way: Way, offer: Offer, applied: OfferApplication) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Use the units of ``applied``; yield line, amount and quantity of each kind of them."""
    times = Decimal(applied.times)
    for use, share in zip(applied.uses, applied.shares(), strict=True):
        batch = way.stock.batches[use.line]
        prices = spread(batch.price, share.amount, use.units, applied.times, way.digits)
        way.stock.use(batch.id, offer, prices)
        quantity = EXACT.multiply(EXACT.multiply(batch.size, Decimal(use.units)), times)
        yield batch.line.id, EXACT.multiply(share.amount, times), quantity


def decimals_of(number: Decimal) -> int:
    """Return how many decimals ``number`` has."""
    return max(0, -int(number.normalize(EXACT).as_tuple().exponent))
