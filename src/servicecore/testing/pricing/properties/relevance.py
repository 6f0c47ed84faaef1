"""Properties of relevance: what cannot apply changes nothing, and edges are exactly where they are said to be."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest
from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.clock import local_date
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AmountOff,
    Coupon,
    CouponTier,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    Quote,
    SetPrice,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promotions.offer_codes import ALREADY_TYPED
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.calendars import windows
from servicecore.testing.pricing.probe import PricingProbe, only_offers, with_offers, without_offers
from servicecore.testing.pricing.sums_of import minor_unit_of, value_before_offers
from servicecore.testing.pricing.visit import Visit

_DAY: Final = timedelta(days=1)
_HALF: Final = PercentOff(Decimal(50))
_ALL_OFF: Final = PercentOff(Decimal(100))
_CODE: Final = "PROBE-CODE"
_FIRST: Final = 10**6


class RelevanceProperties(PricingProbe):
    """Properties 12, 13, 24, 25, 36 and 44."""

    def test_12_irrelevance_of_inactive_offers(self) -> None:
        """Offers that cannot apply change neither a figure nor a word of the explanation.

        Expired and future ones, those of other channels, groups, customers and items, those whose code nobody typed.
        An offer without any selective condition that narrowly misses may be named among those not applied.
        """

        def check(visit: Visit, benefit: PercentOff, name: str) -> None:
            book = self.till.around(visit)
            quote = self.till.quote(visit)
            offers = _inactive(benefit, local_date(visit.at, book.zone), name)
            more = self.till.quote(visit, with_offers(book, *offers))
            if more != quote:
                raise PropertyBroken(12, _changed(quote, more), visit, as_it_is=quote, with_inactive_offers=more)

        benefits = st.sampled_from((_HALF, PercentOff(Decimal(50), on_order=True)))
        self.prove(12, check, self.visits(), benefits, st.sampled_from(("0-probe", "zz-probe")))

    def test_13_currency_isolation(self) -> None:
        """Offers, prices and coupon tiers in another currency change nothing, and every figure is in the cart's.

        Percentages without amounts hold in every currency.
        """

        def check(visit: Visit) -> None:
            book = self.till.around(visit)
            quote = self.till.quote(visit)
            foreign = Money(Decimal("0.01"), "JPY" if visit.currency != "JPY" else "EUR").round()
            foreign = foreign or Money(Decimal(1), foreign.currency)
            more = with_offers(
                book,
                Offer("0-probe-amount", AmountOff(foreign), priority=_FIRST),
                Offer("0-probe-price", SetPrice(foreign), priority=_FIRST),
                Offer("0-probe-order", AmountOff(foreign, on_order=True), priority=_FIRST),
                Offer("0-probe-value", _HALF, conditions=(ValueAtLeast(foreign),), priority=_FIRST),
            )
            rows = tuple(PriceRow(line.item, foreign) for line in visit.cart.lines)
            lists = tuple(PriceList(f"0-probe-{kind.value}", rows, kind, _FIRST) for kind in PriceListType)
            more = evolve(more, lists=(*more.lists, *lists))
            answer = self.till.quote(visit, more)
            if answer != quote:
                raise PropertyBroken(13, _changed(quote, answer), visit, as_it_is=quote, with_foreign_amounts=answer)
            figures = [quote.total, quote.tax, *(each.amount for each in quote.charges)]
            figures += [figure for line in quote.lines for figure in (line.net, line.unit_price, line.tax)]
            if any(figure.currency != visit.currency for figure in figures):
                raise PropertyBroken(13, f"a figure is not in {visit.currency}", visit, quote=quote)

        self.prove(13, check, self.visits())

    def test_24_threshold_strictness(self) -> None:
        """A minimum equal to the cart's value is met, unless it is strict; one minor unit more is never met.

        Tested with an offer and a coupon of the probe's own, whose minimum is the value of the cart.
        """

        def check(visit: Visit) -> None:
            visit = visit.bare()
            book = evolve(self.till.around(visit), margin=None)
            value = value_before_offers(self.till.quote(visit, without_offers(book)), book)
            assume(value.amount > 0)
            above = value + minor_unit_of(book, visit.currency)
            for minimum, strict, met in ((value, False, True), (value, True, False), (above, False, False)):
                offer = Offer("probe", _ALL_OFF, conditions=(ValueAtLeast(minimum, strict=strict),))
                quote = self.till.quote(visit, only_offers(book, offer))
                if bool(_discounted(quote)) is not met:
                    why = f"worth {value}; minimum {minimum}{', strict' if strict else ''}"
                    raise PropertyBroken(24, why, visit, quote=quote)
            for minimum, met in ((value, True), (above, False)):
                coupon = Coupon("probe", (_CODE,), tiers=(CouponTier(minimum, value.amount),))
                coupons = evolve(only_offers(book), coupons=(coupon,))
                quote = self.till.quote(visit.with_codes(_CODE), _for_coupons(coupons))
                if bool(_discounted(quote)) is not met:
                    raise PropertyBroken(24, f"worth {value}; the coupon's minimum is {minimum}", visit, quote=quote)

        self.prove(24, check, self.visits(codes=False, named=False))

    def test_25_validity_window(self) -> None:
        """Offers, coupons and prices hold from the first instant of their first day to the last of their last.

        Not one instant before or after, in the book's zone.
        The engine's windows are civil days, both included.
        """

        def check(visit: Visit, window: tuple[date, date]) -> None:
            visit = visit.bare()
            book = evolve(self.till.around(visit), margin=None)
            before, begin = self.taste.edges(window[0])
            end, after = self.taste.edges(window[1] + _DAY)
            for at, valid in ((before, False), (begin, True), (end, True), (after, False)):
                now = visit.at_instant(at)
                plain = self.till.quote(now, without_offers(book))
                assume(value_before_offers(plain, book).amount > 1)
                offer = Offer("probe", _HALF, valid_from=window[0], valid_until=window[1])
                coupon = _coupon(visit.currency, window)
                by_offer = self.till.quote(now, only_offers(book, offer))
                by_code = self.till.quote(
                    now.with_codes(_CODE), _for_coupons(evolve(only_offers(book), coupons=(coupon,)))
                )
                by_row = self.till.quote(now, _with_row(without_offers(book), visit, window))
                of_row = any(line.list_price == _penny(visit.currency) for line in by_row.lines)
                found = {"offer": bool(_discounted(by_offer)), "coupon": bool(_discounted(by_code)), "price": of_row}
                for what, quote in (("offer", by_offer), ("coupon", by_code), ("price", by_row)):
                    if found[what] is not valid:
                        why = f"the {what} of {window[0]} to {window[1]} is {'not ' * valid}valid at {at.isoformat()}"
                        raise PropertyBroken(25, why, now, quote=quote)

        self.prove(25, check, self.visits(codes=False, named=False), windows(self.taste))

    def test_36_stable_refusals(self) -> None:
        """Every code typed is applied or named once with its reason, also when it is typed twice or in other case.

        Of a code that took effect and was typed again, that is said once.
        """
        if not self.book.coupons and not any(each.codes for each in self.book.offers):
            pytest.skip("the book has no codes")

        def check(visit: Visit) -> None:
            quote = self.till.quote(visit)
            codes = Counter(normalised(code) for code in visit.cart.codes)
            named = Counter(each.rule for each in quote.not_applied)
            used = {normalised(each.code) for line in quote.lines for each in line.discounts}
            for code, times in codes.items():
                if named[code] != (code not in used or times > 1):
                    why = f"the code {code} is {'applied, and' * (code in used)} named {named[code]} times"
                    raise PropertyBroken(36, why, visit, quote=quote)
            twice = self.till.quote(visit.with_codes(*visit.cart.codes, *(each.lower() for each in visit.cart.codes)))
            said = [each for each in twice.not_applied if each.reason.code != ALREADY_TYPED.code]
            once = [each for each in quote.not_applied if each.reason.code != ALREADY_TYPED.code]
            repeats = [each.rule for each in twice.not_applied if each.reason.code == ALREADY_TYPED.code]
            if said != once or twice.total != quote.total or sorted(repeats) != sorted(used & set(codes)):
                raise PropertyBroken(36, "typed twice it is another", visit, typed_once=quote, typed_twice=twice)

        self.prove(36, check, self.visits())

    def test_44_cost(self) -> None:
        """A thousand live offers on other items do not make a quote test one offer more.

        Offers without any selective condition are looked at by every quote; the linter names them.
        """
        item = Item("PROBE-ITEM", "an item that nobody buys")
        idle = tuple(Offer(f"probe-{number}", _HALF, target=Target((item.id,))) for number in range(_MANY))

        def check(visit: Visit) -> None:
            book = self.till.around(visit)
            few = self.till.draft(visit)
            many = self.till.draft(visit, evolve(with_offers(book, *idle), items=(*book.items, item)))
            assume(not isinstance(few, Refusal) and not isinstance(many, Refusal))
            assert not isinstance(few, Refusal)
            assert not isinstance(many, Refusal)
            if many.work != few.work:
                why = f"{few.work.offers_tested} offers tested, {many.work.offers_tested} with {_MANY} idle ones more"
                raise PropertyBroken(44, why, visit)

        self.prove(44, check, self.visits())


_MANY = 100


def _inactive(benefit: PercentOff, day: date, name: str) -> tuple[Offer, ...]:
    return (
        Offer(f"{name}-expired", benefit, valid_until=day - _DAY, priority=_FIRST),
        Offer(f"{name}-future", benefit, valid_from=day + _DAY, priority=_FIRST),
        Offer(f"{name}-code", benefit, trigger=OfferTrigger.CODE, priority=_FIRST),
        Offer(f"{name}-direct", benefit, trigger=OfferTrigger.DIRECT, priority=_FIRST),
        Offer(f"{name}-channel", benefit, conditions=(InChannel(("probe-channel",)),), priority=_FIRST),
        Offer(f"{name}-group", benefit, conditions=(InCustomerGroup(("probe-group",)),), priority=_FIRST),
        Offer(f"{name}-customer", benefit, conditions=(IsCustomer(("probe-customer",)),), priority=_FIRST),
        Offer(f"{name}-item", benefit, target=Target(("PROBE-ITEM",)), priority=_FIRST),
    )


def _discounted(quote: Quote) -> Money:
    return quote.discount


def _for_coupons(book: PriceBook) -> PriceBook:
    return evolve(book, items=tuple(evolve(item, coupons_allowed=True) for item in book.items))


def _penny(currency: str) -> Money:
    return Money(Decimal("0.000123"), currency)


def _coupon(currency: str, window: tuple[date, date]) -> Coupon:
    tier = CouponTier(Money.zero(currency), Decimal(1))
    return Coupon("probe", (_CODE,), tiers=(tier,), valid_from=window[0], valid_until=window[1])


def _with_row(book: PriceBook, visit: Visit, window: tuple[date, date]) -> PriceBook:
    rows = tuple(
        PriceRow(line.item, _penny(visit.currency), valid_from=window[0], valid_until=window[1])
        for line in visit.cart.lines
    )
    probe = PriceList("0-probe", rows, PriceListType.OVERRIDE, _FIRST)
    return evolve(book, lists=(*book.lists, probe))


def _changed(one: Quote, other: Quote) -> str:
    if one.total != other.total:
        return f"the total is {other.total} instead of {one.total}"
    return "the explanation is another"
