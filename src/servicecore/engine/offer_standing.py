"""How the offers of a quote stand when it is ordered or reserved: by counters, orders, and conditions asked again."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from servicecore.customers import CUSTOMER
from servicecore.engine.coupon_facts import coupons_by_code, customer_names
from servicecore.engine.customer_history import AskedHistory, OrdersBefore, orders_before
from servicecore.engine.offer_facts import first_free, offer_facts, order_number
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.errors import NotFound
from servicecore.kernel.authority import Actor, Authority, Limit, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Refusal
from servicecore.kernel.problems import Problem
from servicecore.orders import Order, PlaceOrder
from servicecore.pricing.cart import Cart
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.issued_coupons import IssuedCoupons
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.offer_codes import LimitedCode
from servicecore.pricing.quote import Quote
from servicecore.pricing.redemptions import REDEMPTION, OfferStanding, RedemptionStatus, ReserveCoupons
from servicecore.pricing.redemptions.offer_counters import changed_condition

_EVERYBODY: Final = "who was allowed to when it was quoted"


def offer_standing(
    runtime: Runtime, cart: Cart, uses: tuple[OfferUse, ...], before: Order | None = None
) -> OfferStanding:
    """Return how the offers stand now that a quote of ``cart`` used; nothing is read where it used none."""
    if not uses:
        return OfferStanding()
    found = runtime.books.find()
    by_id = {} if found is None else found.offers.by_id
    offers = tuple([by_id[each.offer] for each in uses if each.offer in by_id])
    codes = () if found is None else found.offers.limited_codes([each.code for each in uses if each.code])
    past, number, free = OrdersBefore(), 0, 0
    names: tuple[str, ...] = ()
    if any(each.looks_at_customer for each in uses):
        past = orders_before(runtime, cart.customer, _asked(uses, codes), before)
        with runtime.store.reading() as reader:
            names = customer_names(runtime, reader, cart)
            if any(each.orders_before is not None for each in uses):
                own = order_number(runtime, reader, past, (cart.customer, *names), before)
                number, free = own - 1, own if before is None else 0
    with_codes = tuple([each for each in past.orders if each.codes])
    return OfferStanding(
        offers,
        (cart.customer, *names),
        number,
        past.uncounted,
        codes=codes,
        past=with_codes,
        free_number=free,
    )


def _asked(uses: tuple[OfferUse, ...], codes: tuple[LimitedCode, ...]) -> AskedHistory:
    return AskedHistory(
        number=any(each.orders_before is not None for each in uses),
        offers=tuple(each.offer for each in uses if each.uses_before is not None),
        codes=tuple(each.key for each in codes if each.code.uses_per_customer is not None),
    )


def is_overtaken(runtime: Runtime, standing: OfferStanding) -> bool:
    """Return whether another order of the customer took the number since that ``standing`` was judged by."""
    if not standing.free_number:
        return False
    with runtime.store.reading() as reader:
        return first_free(reader, standing.free_number, standing.customers) != standing.free_number


def standing_of(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> OfferStanding:
    """Return how the offers of the quote that ``command`` orders or reserves stand.

    Whether the quote's uses are reserved is read only where it matters: where others overtook them, or conditions are
    asked again.
    """
    if not isinstance(command, PlaceOrder | ReserveCoupons):
        return OfferStanding()
    quote = command.quote
    standing = offer_standing(runtime, quote.cart, quote.offer_uses)
    looking = {each.offer for each in quote.offer_uses if each.orders_before is not None}
    again = frozenset([each.id for each in standing.offers if each.asked_again and each.id in looking])
    if not again and not standing.overtaken(quote.offer_uses):
        return standing
    redemption = find_state(runtime, REDEMPTION, quote.id)
    if redemption is not None and redemption.status is RedemptionStatus.RESERVED:
        return evolve(standing, reserved=True)
    return evolve(standing, changed=_ask_again(runtime, quote, again)) if again else standing


def _ask_again(runtime: Runtime, quote: Quote, offers: frozenset[str]) -> tuple[Problem, ...]:
    """Return which of ``offers`` give something else than ``quote`` says, with what its customer did since.

    The cart is priced once more, at the instant and by the book of the quote, and as if all of it was allowed, which
    was asked then. Only what the customer did is of now; how much is left of limits is for their counters to say. A
    part of a plugin that fails refuses here, too (``pricing.broken_offer_part``).

    Problem codes: ``offer.condition_changed``.
    """
    try:
        book = runtime.books.version(quote.book)
    except NotFound:
        return ()  # a quote of another installation: there is no condition to ask
    cart = quote.cart
    with runtime.store.reading() as reader:
        coupons = coupons_by_code(runtime, reader, book, sorted({normalised(each) for each in cart.codes} - {""}))
    issued = IssuedCoupons(tuple(each for each in coupons if each[0] not in book.coupons))
    customer = find_state(runtime, CUSTOMER, cart.customer)
    known = offer_facts(runtime, book, cart, customer, quote.at, issued)
    rates = () if quote.tax_rates is None else (quote.tax_rates,)
    history = tuple(each for each in known if isinstance(each, CustomerHistory))
    facts = Facts(
        now=quote.at,
        actor=Actor(_EVERYBODY, roles={_EVERYBODY}),
        authority=_allowing(runtime.settings.authority),
        others=(*runtime.settings.policies, issued, *rates, *history),
    )
    draft = price_cart(book, cart, facts, quote.id)
    if isinstance(draft, Refusal):
        return draft.problems
    now = {(each.offer, each.code): (each.times, each.amount) for each in draft.offer_uses}
    return tuple(
        changed_condition(use.offer, use.orders_before or 0)
        for use in quote.offer_uses
        if use.offer in offers and now.get((use.offer, use.code)) != (use.times, use.amount)
    )


def _allowing(authority: Authority) -> Authority:
    """Return an authority of one role that may do everything that any role of ``authority`` may."""
    names = {limit.name: None for role in authority.roles for limit in role.limits}
    return Authority((Role(_EVERYBODY, ("*",), tuple(Limit(name, None) for name in names)),))
