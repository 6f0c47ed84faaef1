"""The contract of a plugin's parts of offers: subclass it, say which parts there are, and run pytest."""

from __future__ import annotations

import decimal
from abc import abstractmethod
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicecore.boundary.price_books import price_book_schema, read_price_book
from servicecore.catalog import Item
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import LOCALES
from servicecore.plugins.host import PluginHost
from servicecore.pricing import (
    AmountOff,
    Cart,
    CartLine,
    Combination,
    CustomerHistory,
    Exclusivity,
    Offer,
    OfferParts,
    PastOrder,
    PercentOff,
    PluginBenefit,
    PluginCondition,
    PluginSelection,
    PriceBook,
)
from servicecore.pricing.quote import Quote
from servicecore.storage.codec import JsonCodec
from servicecore.testing.pricing.till import Till
from servicecore.testing.pricing.visit import Visit
from servicecore.testing.stores.expectation import expect

_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_PRICES: Final = ("0.01", "3.33", "19.99", "250.00")
_ITEMS: Final = tuple(
    Item(f"KIT-{number}", f"item {number}", base_price=Money(price, "EUR")) for number, price in enumerate(_PRICES)
)
_HISTORY: Final = CustomerHistory((PastOrder(),) * 3, flags=("staff",), offer_uses=(("PART", 2),))
_RIVALS: Final = (
    Offer("FIVE", AmountOff(Money(5, "EUR"), on_order=True)),
    Offer("ONLY", PercentOff(15), exclusive=Exclusivity.UNIT),
    Offer("TWENTY", PercentOff(20)),
)

Part: TypeAlias = PluginBenefit | PluginCondition | PluginSelection
"""What a plugin may add."""


class BaseOfferPartContract:
    """Everything that servicecore relies on in a plugin's parts, as pytest tests.

    Subclass it in a test module, call the class ``Test...``, and give it ``make_plugin`` and ``make_parts``.

    Attributes:
        attributes: names of cart attributes that the parts look at, with the values to try; carts in EUR have them.

    """

    attributes: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    @abstractmethod
    def make_plugin(self) -> object:
        """Return the plugin, as `ServiceCore.open` takes it."""
        raise NotImplementedError

    @abstractmethod
    def make_parts(self) -> tuple[Part, ...]:
        """Return parts to try, of every class at least one, benefits with amounts in EUR.

        A benefit and a condition are tried in an offer beside another, a selection on four offers that compete.
        """
        raise NotImplementedError

    def offer_parts(self) -> OfferParts:
        """Return the classes that the host takes from the plugin; fails where it takes none."""
        with PluginHost((self.make_plugin(),), clock=FixedClock(_AT), autoload=False, strict=True) as host:
            return host.offer_parts

    def test_the_host_takes_every_class_and_each_has_an_example(self) -> None:
        """The plugin is loaded, and ``make_parts`` shows all its classes."""
        tried = {type(each).tag() for each in self.make_parts()}
        expect(tried, set(self.offer_parts().tags), "every class of the plugin is tried, and no other")

    def test_a_price_book_is_read_back_equal(self) -> None:
        """Stored text, files and schema hold the parts."""
        parts = self.offer_parts()
        codec, schema = JsonCodec(added=parts.by_base()), str(price_book_schema(parts))
        for part in self.make_parts():
            book = _book(part)
            expect(codec.decode(PriceBook, codec.encode(book)), book, "a stored book is read back equal")
            plain = codec.to_object(codec.encode(book))
            expect(read_price_book(plain, parts), book, "a file says the same book")
            expect(type(part).tag() in schema, True, "the schema names the part")
            expect(hash(codec.decode(PriceBook, codec.encode(book))), hash(book), "equal hashes")

    @settings(suppress_health_check=(HealthCheck.differing_executors,))  # each plugin has a subclass of its own
    @given(data=st.data())
    def test_no_cart_breaks_a_part(self, data: st.DataObject) -> None:
        """Whatever the cart, there is a quote: shares are sound, the same each time, and explained."""
        cart = data.draw(_carts(self.attributes))
        for part in self.make_parts():
            quote = _quote(part, cart)
            expect(_quote(part, cart), quote, "the same cart gives the same quote")
            with decimal.localcontext(decimal.Context(prec=4, rounding=decimal.ROUND_UP)):
                again = _quote(part, cart)
            expect(again, quote, "the thread's decimal context does not matter")
            expect(all(line.net.amount >= 0 for line in quote.lines), True, "no line is below 0")
            for locale in LOCALES:
                lost = [each.reason for each in quote.not_applied if each.reason.text(locale) == each.reason.code]
                expect(lost, [], f"every refusal has a sentence in {locale}")
            if isinstance(part, PluginSelection):
                _tell_of_all(part, quote)
            if isinstance(part, PluginCondition):
                known = _quote(part, cart, _HISTORY)
                says = "a condition that does not look back says the same whatever the customer did"
                expect(part.looks_back or known == quote, True, says)
            taken = any(line.discounts for line in quote.lines)
            if isinstance(part, PluginBenefit) and taken:
                expect(part.text != part.tag(), True, "a benefit describes itself")
                expect(all(part.text in quote.explain(locale) for locale in LOCALES), True, "and is explained")


def _tell_of_all(part: PluginSelection, quote: Quote) -> None:
    """Check that every offer that competed is a step of the explanation, or refused with a reason."""
    lost, said = {each.rule for each in quote.not_applied}, quote.explain()
    for offer in _book(part).offers:
        expect(offer.id in lost or f"offer {offer.id}:" in said, True, f"{offer.id} is applied, or it is said why not")
    lowered = {discount.offer for line in quote.lines for discount in line.discounts}
    expect(lowered & lost, set(), "no offer is both applied and refused")
    expect(part.text != part.tag(), True, "a selection describes itself")


def _book(part: Part) -> PriceBook:
    if isinstance(part, PluginSelection):
        offers = (*_RIVALS, Offer("TEN", PercentOff(10)))
        return PriceBook("kit", "1", items=_ITEMS, offers=offers, combination=Combination(selection=part))
    gives: dict[str, Any] = (
        {"benefits": part} if isinstance(part, PluginBenefit) else {"benefits": PercentOff(10), "conditions": (part,)}
    )
    return PriceBook("kit", "1", items=_ITEMS, offers=(Offer("PART", **gives), Offer("TEN", PercentOff(10))))


def _quote(part: Part, cart: Cart, *facts: object) -> Quote:
    answer = Till(_book(part)).answer(Visit(cart, _AT), facts=facts)
    if isinstance(answer, Refusal):
        reasons = "; ".join(each.text() for each in answer.problems)
        raise AssertionError(reasons)  # noqa: TRY004 - the part broke the contract, no caller gave a wrong type
    return answer


def _carts(attributes: tuple[tuple[str, tuple[str, ...]], ...]) -> st.SearchStrategy[Cart]:
    line = st.builds(CartLine, st.sampled_from([each.id for each in _ITEMS]), st.integers(1, 9).map(Decimal))
    pairs = st.tuples(*(st.tuples(st.just(name), st.sampled_from(values)) for name, values in attributes))
    return st.builds(
        lambda lines, pairs: Cart("C-1", "EUR", lines, attributes=pairs), st.lists(line, min_size=1, max_size=4), pairs
    )
