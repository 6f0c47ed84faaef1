"""The properties find what is wrong: each of these faults, in the engine or in a book, is found by the property meant.

A fault is put in where the kit asks the engine (compiling, pricing, finishing), so that it stays a fault however the
engine works inside; a few sit in the engine's own functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from attrs import evolve, frozen

from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AmountOff,
    Cart,
    ChargeCategory,
    ChargeTier,
    Combination,
    CompiledBook,
    Coupon,
    CouponTier,
    DraftQuote,
    Exclusivity,
    MarginLevel,
    Offer,
    OfferGroup,
    OverridePolicy,
    PercentOff,
    PriceBook,
    PriceMode,
    Quote,
    Selection,
    ValueAtLeast,
    compile_book,
    finish_quote,
    price_cart,
)
from servicecore.pricing.promotions import OfferLimits, PercentBase
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.redemptions import CountedUse, uses_of
from servicecore.testing.pricing import PROPERTIES, BasePricingProperties, PropertyBroken

BY_PRIORITY, SINGLE = Selection.ALL, Selection.BEST_SINGLE
TILL = "servicecore.testing.pricing.till"
Plant = Callable[[pytest.MonkeyPatch], None]


@frozen
class Fault:
    """A fault: the property that has to find it, what it is, how it is planted, and in what shop."""

    number: int
    name: str
    plant: Plant
    selection: Selection = BY_PRIORITY
    held: bool = False


def cent(currency: str = "EUR") -> Money:
    return Money(Decimal("0.01"), currency)


def in_answer(change: Callable[[Quote], Quote]) -> Plant:
    """Plant a fault in the finished quote."""

    def finish(draft: DraftQuote, tax: Any) -> Quote | Refusal:
        answer = finish_quote(draft, tax)
        return answer if isinstance(answer, Refusal) else change(answer)

    return lambda patch: patch.setattr(f"{TILL}.finish_quote", finish)


def in_draft(change: Callable[[CompiledBook, DraftQuote], DraftQuote]) -> Plant:
    """Plant a fault in the priced cart, before tax."""

    def price(book: CompiledBook, cart: Cart, facts: Facts, quote: str) -> DraftQuote | Refusal:
        answer = price_cart(book, cart, facts, quote)
        return answer if isinstance(answer, Refusal) else change(book, answer)

    return lambda patch: patch.setattr(f"{TILL}.price_cart", price)


def in_question(change: Callable[[Cart, Facts], tuple[Cart, Facts]]) -> Plant:
    """Plant a fault in what the engine understands of cart and facts."""

    def price(book: CompiledBook, cart: Cart, facts: Facts, quote: str) -> DraftQuote | Refusal:
        return price_cart(book, *change(cart, facts), quote)

    return lambda patch: patch.setattr(f"{TILL}.price_cart", price)


def in_book(change: Callable[[PriceBook], PriceBook]) -> Plant:
    """Plant a fault in what the engine makes of a book."""
    return lambda patch: patch.setattr(f"{TILL}.compile_book", lambda book: compile_book(change(book)))


def in_class(cls: type, name: str, function: Callable[..., Any]) -> Plant:
    return lambda patch: patch.setattr(cls, name, function)


def at(path: str, value: Any) -> Plant:
    return lambda patch: patch.setattr(path, value)


# What the faults do.


def loses_a_cent(quote: Quote) -> Quote:
    lines = list(quote.lines)
    for place, line in enumerate(lines):
        for number, each in enumerate(line.discounts):
            if each.offer == "WEB" and each.amount > cent():
                less = evolve(each, amount=each.amount - cent())
                discounts = (*line.discounts[:number], less, *line.discounts[number + 1 :])
                lines[place] = evolve(line, discounts=discounts, net=line.net + cent())
                return evolve(quote, lines=tuple(lines))
    return quote


def raises_net(quote: Quote) -> Quote:
    first = quote.lines[0]
    return evolve(quote, lines=(evolve(first, net_exact=first.net_exact + cent()), *quote.lines[1:]))


def without_floors(book: PriceBook) -> PriceBook:
    permissions = tuple(evolve(each, cost_markup_percent=None) for each in book.overrides.permissions)
    return evolve(book, overrides=OverridePolicy(permissions))


def adds_discounts(quote: Quote) -> Quote:
    return evolve(quote, lines=tuple(evolve(line, net=line.gross + line.discount) for line in quote.lines))


def numbered_anew(cart: Cart, facts: Facts) -> tuple[Cart, Facts]:
    lines = sorted(cart.lines, key=lambda line: -line.quantity)
    numbers = [line.number for line in cart.lines]
    return evolve(cart, lines=tuple(evolve(line, number=n) for line, n in zip(lines, numbers, strict=True))), facts


def priority_by_place(book: PriceBook) -> PriceBook:
    return evolve(book, offers=tuple(evolve(each, priority=place) for place, each in enumerate(book.offers)))


def carries_its_prices(quote: Quote) -> Quote:
    lines = tuple(
        evolve(asked, quantity=asked.quantity + (1 if line.discounts else 0))
        for asked, line in zip(quote.cart.lines, quote.lines, strict=True)
    )
    return evolve(quote, cart=evolve(quote.cart, lines=lines))


def numbers_its_quotes() -> Callable[[Quote], Quote]:
    numbers = count()
    return lambda quote: evolve(quote, id=f"Q{next(numbers) % 3}")


def empties_the_codes(_book: CompiledBook, draft: DraftQuote) -> DraftQuote:
    object.__setattr__(draft.cart, "codes", ())
    return draft


def never_expires(book: PriceBook) -> PriceBook:
    return evolve(book, offers=tuple(evolve(each, valid_until=None) for each in book.offers))


def any_money_is_euro(book: PriceBook) -> PriceBook:
    def euro(offer: Any) -> Any:
        (benefit,) = offer.benefits
        if isinstance(benefit, AmountOff):
            return evolve(offer, benefits=evolve(benefit, amount=Money(benefit.amount.amount, "EUR")))
        return offer

    return evolve(book, offers=tuple(euro(each) for each in book.offers))


def a_cent_for_the_bag(quote: Quote) -> Quote:
    return evolve(quote, total=quote.total + cent(quote.currency))


def at_most(number: int) -> Callable[[PriceBook], PriceBook]:
    """Look at the first offers only."""
    return lambda book: evolve(book, offers=book.offers[:number], coupons=())


def too_many_is_none(book: PriceBook) -> PriceBook:
    """With three offers or more, give up."""
    return evolve(book, offers=() if len(book.offers) > 2 else book.offers, coupons=())


def stacks(book: PriceBook) -> PriceBook:
    return evolve(book, combination=Combination(selection=BY_PRIORITY))


def no_exclusions(book: PriceBook) -> PriceBook:
    return evolve(book, offers=tuple(evolve(each, exclusive=Exclusivity.NO) for each in book.offers))


def last_break_doubled(book: PriceBook) -> PriceBook:
    def doubled(row: Any) -> Any:
        return evolve(row, amount=row.amount * 2) if row.amount and row.min_quantity == 12 else row

    lists = tuple(evolve(each, rows=tuple(doubled(row) for row in each.rows)) for each in book.lists)
    return evolve(book, lists=lists)


def a_cent_a_line(quote: Quote) -> Quote:
    return evolve(quote, subtotal=quote.subtotal + cent() * len(quote.lines))


def twins_cost_more(quote: Quote) -> Quote:
    twins = len(quote.lines) - len({line.item for line in quote.lines})
    return evolve(quote, subtotal=quote.subtotal + cent() * twins)


def handling_from_twenty_units(quote: Quote) -> Quote:
    units = sum(line.quantity for line in quote.lines)
    return evolve(quote, subtotal=quote.subtotal * Decimal("1.5")) if units >= 20 else quote


def strictness_swapped(book: PriceBook) -> PriceBook:
    def swapped(offer: Any) -> Any:
        conditions = tuple(
            evolve(each, strict=not each.strict) if isinstance(each, ValueAtLeast) else each
            for each in offer.conditions
        )
        return evolve(offer, conditions=conditions)

    return evolve(book, offers=tuple(swapped(each) for each in book.offers))


def cheapest_row(book: PriceBook) -> PriceBook:
    return evolve(book, lists=tuple(evolve(each, mode=PriceMode.LOWEST) for each in book.lists))


def short_lists_are_dropped(book: PriceBook) -> PriceBook:
    return evolve(book, lists=tuple(each for each in book.lists if len(each.rows) > 2 or each.id != "base"))


def nearly_all(book: PriceBook) -> PriceBook:
    def capped(offer: Any) -> Any:
        benefit = offer.benefits[0]
        is_all = isinstance(benefit, PercentOff) and benefit.percent == 100
        return evolve(offer, benefits=evolve(benefit, percent=Decimal(99))) if is_all else offer

    return evolve(book, offers=tuple(capped(each) for each in book.offers))


def percent_of_the_original(book: PriceBook) -> PriceBook:
    return evolve(book, combination=evolve(book.combination, base=PercentBase.ORIGINAL))


def taxed_on_gross(_book: CompiledBook, draft: DraftQuote) -> DraftQuote:
    gross = {f"line:{line.number}": line.gross for line in draft.lines}
    lines = tuple(evolve(each, amount=gross.get(each.key, each.amount)) for each in draft.tax_request.lines)
    return evolve(draft, tax_request=evolve(draft.tax_request, lines=lines))


def half_percent_on_gross(book: PriceBook) -> PriceBook:
    def halved(offer: Any) -> Any:
        (benefit,) = offer.benefits
        of_line = isinstance(benefit, PercentOff) and not benefit.on_order
        return evolve(offer, benefits=PercentOff(benefit.percent / 2)) if of_line else offer

    return evolve(book, offers=tuple(halved(each) for each in book.offers)) if book.tax.prices_include_tax else book


def names_twice(quote: Quote) -> Quote:
    return evolve(quote, not_applied=(*quote.not_applied, *(each for each in quote.not_applied if each.rule == "OLD")))


def each_part_rounded(amount: Money, quantity: Any, part: Any, **_more: Any) -> Money:
    return Money(amount.amount * Decimal(part) / Decimal(quantity), amount.currency).round()


def remembers_the_largest_cart() -> Callable[[Quote], Quote]:
    most: list[int] = [0]

    def change(quote: Quote) -> Quote:
        most[0] = max(most[0], len(quote.lines))
        return evolve(quote, total=quote.total + cent() * (most[0] - len(quote.lines)))

    return change


def offers_on_any_price(book: PriceBook) -> PriceBook:
    return evolve(book, overrides=evolve(book.overrides, offers_on_override=True))


def no_warnings(quote: Quote) -> Quote:
    def calm(line: Any) -> Any:
        quiet = line.margin.level is MarginLevel.WARNING
        return evolve(line, margin=evolve(line.margin, level=MarginLevel.OK)) if quiet else line

    return evolve(quote, lines=tuple(calm(line) for line in quote.lines))


def divides_by_the_value(_book: CompiledBook, draft: DraftQuote) -> DraftQuote:
    assert Decimal(1) / draft.subtotal.amount
    return draft


def named_by_place(book: PriceBook) -> PriceBook:
    items = tuple(evolve(item, name=f"{item.name}, number {place}") for place, item in enumerate(book.items))
    return evolve(book, items=items)


def looks_at_every_offer(book: CompiledBook, draft: DraftQuote) -> DraftQuote:
    return evolve(draft, work=evolve(draft.work, offers_tested=len(book.book.offers)))


def without_limits(book: PriceBook) -> PriceBook:
    return evolve(book, offers=tuple(evolve(each, limits=OfferLimits()) for each in book.offers))


def gives_up(book: PriceBook) -> PriceBook:
    return evolve(book, offers=()) if book.combination.work_budget == 1 else book


def an_hour_late(cart: Cart, facts: Facts) -> tuple[Cart, Facts]:
    return cart, evolve(facts, now=facts.now + timedelta(hours=1))


def of_nobody(uses: tuple[CountedUse, ...]) -> tuple[CountedUse, ...]:
    return tuple(evolve(each, counter=f"{each.counter}:{place}:{next(SERIAL)}") for place, each in enumerate(uses))


SERIAL = count()
REDEEMING = "servicecore.engine.redeeming"
FAULTS = (
    Fault(1, "a split order discount loses a cent", in_answer(loses_a_cent)),
    Fault(2, "the total gains a cent", in_answer(a_cent_for_the_bag)),
    Fault(3, "the exact net is not what the steps say", in_answer(raises_net)),
    Fault(4, "an amount off is not capped at the line's worth", in_class(
        AmountOff, "off_line", lambda benefit, line: benefit.amount.amount * line.quantity * 20
    )),
    Fault(5, "floors are not looked at", in_book(without_floors)),
    Fault(6, "discounts are added", in_answer(adds_discounts)),
    Fault(7, "lines lose their numbers", in_question(numbered_anew)),
    Fault(8, "offers go by their place in the file", in_book(priority_by_place)),
    Fault(9, "the cart that a quote carries is another", in_answer(carries_its_prices)),
    Fault(10, "answers differ from call to call", in_answer(numbers_its_quotes())),
    Fault(11, "the cart is written to", in_draft(empties_the_codes)),
    Fault(12, "expired offers apply", in_book(never_expires)),
    Fault(13, "yen are taken for euros", in_book(any_money_is_euro)),
    Fault(14, "a fixed cent hides in the total", in_answer(a_cent_for_the_bag)),
    Fault(15, "only the first offer is looked at", in_book(at_most(1)), SINGLE),
    Fault(16, "with three offers none applies", in_book(too_many_is_none), SINGLE),
    Fault(17, "offers stack where one is promised", in_book(stacks), SINGLE),
    Fault(18, "exclusive offers are not exclusive", in_book(no_exclusions), held=True),
    Fault(19, "the last quantity break costs double", in_book(last_break_doubled)),
    Fault(21, "each line costs a cent", in_answer(a_cent_a_line)),
    Fault(22, "a second line of an item costs a cent", in_answer(twins_cost_more)),
    Fault(23, "from twenty units on it costs half as much again", in_answer(handling_from_twenty_units)),
    Fault(24, "at least means more than", in_book(strictness_swapped)),
    Fault(25, "windows are an hour off", in_question(an_hour_late)),
    Fault(26, "the cheapest row counts", in_book(cheapest_row)),
    Fault(27, "a list that lost a row is dropped", in_book(short_lists_are_dropped)),
    Fault(28, "100 percent are 99", in_book(nearly_all)),
    Fault(29, "percentages add up", in_book(percent_of_the_original)),
    Fault(30, "tax is asked for before discounts", in_draft(taxed_on_gross)),
    Fault(31, "percentages are halved on gross prices", in_book(half_percent_on_gross)),
    Fault(32, "limits are not counted", at(f"{REDEEMING}.uses_of", lambda *_given: ())),
    Fault(33, "cancellations give nothing back", at(f"{REDEEMING}._returned", lambda _events: [])),
    Fault(34, "budgets are not asked", in_book(without_limits)),
    Fault(35, "customers are not told apart", at(
        f"{REDEEMING}.uses_of", lambda *given: of_nobody(uses_of(*given))
    )),
    Fault(36, "a refused code is named twice", in_answer(names_twice)),
    Fault(37, "each part of a refund is rounded for itself", at(
        "servicecore.testing.pricing.properties.sums.part_of_units", each_part_rounded
    )),
    Fault(38, "the largest cart is remembered", in_answer(remembers_the_largest_cart())),
    Fault(39, "offers touch prices set by hand", in_book(offers_on_any_price)),
    Fault(40, "warnings are swallowed", in_answer(no_warnings)),
    Fault(41, "matches go below the floor", at(
        "servicecore.testing.pricing.properties.by_hand.check_floor", lambda *_given: ()
    )),
    Fault(42, "something is divided by the value", in_draft(divides_by_the_value)),
    Fault(43, "names depend on the place in the file", in_book(named_by_place)),
    Fault(44, "every offer is tested", in_draft(looks_at_every_offer)),
    Fault(45, "an optimum cut short gives up", in_book(gives_up)),
)  # fmt: skip


def kit(book: PriceBook, examples: int = 60) -> BasePricingProperties:
    """Return the properties of ``book`` in a class of its own, trying the same carts every time."""
    name, parts = "TestShop", {"book": book, "max_examples": examples, "derandomize": True}
    made: BasePricingProperties = type(name, (BasePricingProperties,), parts)()
    return made


def prove(properties: BasePricingProperties, number: int) -> None:
    name = next(each for each in dir(properties) if each.startswith(f"test_{number:02}_"))
    getattr(properties, name)()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.number:02}-{fault.name.replace(' ', '-')}")
def test_the_property_meant_finds_the_fault(
    fault: Fault, shop_with: Callable[..., PriceBook], held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the fault the property holds, with it the property breaks, and says which one it is."""
    book = shop_with(fault.selection, *([held] if fault.held else []))
    prove(kit(book, examples=20), fault.number)
    fault.plant(monkeypatch)
    with pytest.raises((PropertyBroken, ArithmeticError)) as found:
        prove(kit(book), fault.number)
    if isinstance(found.value, PropertyBroken):
        assert found.value.number == fault.number
        assert PROPERTIES[fault.number] in str(found.value)
    else:
        assert fault.number == 42


@pytest.mark.parametrize("exclusive", ["offer", "coupon"])
def test_an_offer_on_delivery_beside_what_is_exclusive_is_found(
    exclusive: str, shop_with: Callable[..., PriceBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Property 18 looks at charges too: an offer exclusive in the cart and an exclusive coupon stand alone on them."""
    free = Offer("FREE", PercentOff(Decimal(50), scope=Scope.SHIPPING))
    alone = Offer("ALONE", PercentOff(Decimal(10)), exclusive=Exclusivity.CART)
    book = shop_with()
    parcel = evolve(book.charges[0], category=ChargeCategory.SHIPPING, tiers=(ChargeTier(5),))
    solo = Coupon("solo", ("SOLO",), tiers=(CouponTier(Money("0", "EUR"), 1),), exclusive=True)
    offers, coupons = ((free, alone), ()) if exclusive == "offer" else ((free,), (solo,))
    book = evolve(book, charges=(parcel,), offers=offers, coupons=coupons)
    prove(kit(book, examples=20), 18)
    monkeypatch.setattr(import_module("servicecore.pricing.price_cart"), "alone_in_cart", lambda *_given: "")
    with pytest.raises(PropertyBroken, match="FREE"):
        prove(kit(book), 18)


def test_at_least_twenty_properties_are_proved_to_find_something() -> None:
    numbers = [fault.number for fault in FAULTS]
    assert len(numbers) == len(set(numbers)) >= 20
    assert set(numbers) <= set(PROPERTIES)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ({"stops": True}, "stops those after it"),
        ({"not_combinable_with": ("SECOND",)}, "is not combinable with"),
        ({"group": "g"}, "stands in the group g"),
    ],
)
def test_offers_that_stand_together_against_what_they_say_are_found(
    way: dict[str, Any], said: str, shop_with: Callable[..., PriceBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is given a book in which no offer says so."""
    first = evolve(Offer("FIRST", PercentOff(Decimal(10)), priority=1), **way)
    second = Offer("SECOND", PercentOff(Decimal(20)), group=way.get("group", ""))
    book = evolve(shop_with(), offers=(first, second), coupons=())
    book = evolve(book, combination=evolve(book.combination, groups=(OfferGroup("g"),)))
    prove(kit(book, examples=20), 18)

    def silent(given: PriceBook) -> PriceBook:
        meek = (evolve(each, stops=False, not_combinable_with=(), group="") for each in given.offers)
        return evolve(given, offers=tuple(meek))

    in_book(silent)(monkeypatch)
    with pytest.raises(PropertyBroken, match=said):
        prove(kit(book), 18)
