"""Charges of goods at agreed prices: what rules charge for an order whose prices are locked (CC 3.2, 6.5)."""

from __future__ import annotations

from collections.abc import Container

from attrs import evolve, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal
from servicecore.pricing.agreed_prices import AgreedPrices, book_of_agreed
from servicecore.pricing.book import PriceBook
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compile import compile_book
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.delivery_modes import DeliveryMode
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.quote import QuoteCharge


@frozen
class AgreedCharges:
    """What rules charge for goods at agreed prices, before tax and less what offers on shipping take off.

    Attributes:
        charges: of the cart and of its lines.
        not_applied: offers on shipping that took nothing off, and why.
        offer_uses: what they take from their limits.

    """

    charges: tuple[QuoteCharge, ...]
    not_applied: tuple[NotApplied, ...]
    offer_uses: tuple[OfferUse, ...] = ()


def agreed_charges(
    book: CompiledBook,
    cart: Cart,
    prices: AgreedPrices,
    facts: Facts,
    *,
    released: Container[str] = (),
    lowered: bool = False,
    alone: str = "",
) -> AgreedCharges | Refusal:
    """Return what the rules of ``book`` charge for ``cart`` at ``prices``; or why that cannot be told.

    Goods are lowered no further. Where goods travel is not checked again, nor whether a source code is still valid:
    both were agreed. What somebody set or added by hand is left out.

    Args:
        book: the rules in force.
        cart: the goods, with every line's price among ``prices``.
        prices: of whole lines.
        facts: the instant; offers on shipping hold on its day.
        released: ids of offers on shipping that codes release.
        lowered: whether offers lowered goods: an offer that is exclusive in the cart does not stand beside them.
        alone: id of an offer or coupon that lowered goods and tolerates nothing else in the cart; empty for none.

    """
    asked = _asked(book, cart)
    offers = tuple(
        each
        for offer in book.book.offers
        if (each := _on_shipping(offer, released, cart)) is not None
        and not (lowered and each.exclusive is Exclusivity.CART)
        and alone in {"", each.id}
    )
    rules = compile_book(_book_of_charges(book.book, asked, offers))
    draft = price_cart(rules, asked, facts.with_facts(prices), "charges")
    if isinstance(draft, Refusal):
        return draft
    return AgreedCharges(draft.charges, draft.not_applied, draft.offer_uses)


def _asked(book: CompiledBook, cart: Cart) -> Cart:
    wishes = {each.personalisation for each in book.charges}
    lines = tuple(
        evolve(
            line,
            offers=(),
            override=None,
            source_code=_known(book, line),
            personalisations=tuple(each for each in line.personalisations if each.code in wishes),
        )
        for line in cart.lines
    )
    return evolve(
        cart,
        lines=lines,
        codes=(),
        offers=(),
        source_code=_known(book, cart),
        charge_overrides=(),
        added_charges=(),
        total_override=None,
    )


def _known(book: CompiledBook, part: Cart | CartLine) -> str:
    return part.source_code if normalised(part.source_code) in book.sources else ""


def _on_shipping(offer: Offer, released: Container[str], cart: Cart) -> Offer | None:
    """Return what ``offer`` gives on shipping alone, by itself; None where it gives nothing there, or was not asked."""
    benefits = tuple(each for each in offer.benefits if each.scope is Scope.SHIPPING)
    by_code = offer.id in released
    named = offer.id in cart.offers or any(offer.id in line.offers for line in cart.lines)
    if not benefits or not (by_code or named or offer.trigger is OfferTrigger.AUTOMATIC):
        return None
    alone = evolve(offer, benefits=benefits, trigger=OfferTrigger.AUTOMATIC, codes=())
    return evolve(alone, valid_from=None, valid_until=None) if by_code else alone


def _book_of_charges(book: PriceBook, cart: Cart, offers: tuple[Offer, ...]) -> PriceBook:
    groups = {mode.code: mode.group for mode in book.delivery_modes}
    modes = dict.fromkeys(mode for line in cart.lines if (mode := cart.mode_of(line)))
    if cart.delivery_mode:
        modes[cart.delivery_mode] = None
    return evolve(
        book_of_agreed(book, cart, ()),
        offers=offers,
        charges=book.charges,
        delivery_modes=tuple(DeliveryMode(code, group=groups.get(code, "")) for code in modes),
        catalogues=tuple(evolve(each, free_products=()) for each in book.catalogues),
        source_codes=tuple(evolve(each, valid_from=None, valid_until=None) for each in book.source_codes),
    )
