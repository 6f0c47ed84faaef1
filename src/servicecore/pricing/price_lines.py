"""Price the lines of a cart before offers: list price, agreement or formula, override; each step is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.explain import StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart, CartLine, PriceOverride
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.find_price import find_list_price, find_sale_price
from servicecore.pricing.line_in_progress import MONEY_DIGITS, LineInProgress
from servicecore.pricing.note_conversion import missing_rate, note_conversion, stated_whole
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import wrong_currency
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.price_index import FoundPrice, PriceQuestion
from servicecore.pricing.promote_line import promote_line
from servicecore.pricing.promotions.benefits import PercentOff
from servicecore.pricing.promotions.offer import OfferTrigger
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.quantity_breaks import NO_SUMS, BreakQuantity, break_sums
from servicecore.pricing.read_source_codes import NO_SOURCES, CartSources, Source, read_source_codes
from servicecore.pricing.row_taxes import RowTaxes

UNKNOWN_ITEM: Final = ProblemKind(
    "pricing.unknown_item",
    en="there is no item {value}; accepted: {accepted}",
    it="non esiste l'articolo {value}; valori ammessi: {accepted}",
    de="den Artikel {value} gibt es nicht; zulässig: {accepted}",
)
UNKNOWN_OFFER: Final = ProblemKind(
    "pricing.unknown_offer",
    en="there is no offer {value}; accepted: {accepted}",
    it="non esiste l'offerta {value}; valori ammessi: {accepted}",
    de="das Angebot {value} gibt es nicht; zulässig: {accepted}",
)
MISSING_PRICE: Final = ProblemKind(
    "pricing.missing_price",
    en="{value} has no price in {currency} on this day; accepted: {accepted}",
    it="{value} non ha un prezzo in {currency} in questo giorno; valori ammessi: {accepted}",
    de="{value} hat an diesem Tag keinen Preis in {currency}; zulässig: {accepted}",
)
MISSING_COST: Final = ProblemKind(
    "pricing.missing_cost",
    en="{value} has no cost in {currency} on this day, which its price is computed from; accepted: {accepted}",
    it="{value} non ha un costo in {currency} in questo giorno, da cui dipende il prezzo; valori ammessi: {accepted}",
    de="{value} hat an diesem Tag keine Kosten in {currency}, aus denen der Preis folgt; zulässig: {accepted}",
)
LIST_PRICE: Final = StepKind(
    "pricing.list_price",
    en="list price {price} of {source}, times {quantity}",
    it="prezzo di listino {price} da {source}, per {quantity}",
    de="Listenpreis {price} aus {source}, mal {quantity}",
)
AGREED_PRICE: Final = StepKind(
    "pricing.agreed_price",
    en="price {price} of the list {source}",
    it="prezzo {price} dal listino {source}",
    de="Preis {price} aus der Preisliste {source}",
)
GRADUATED_PRICE: Final = StepKind(
    "pricing.graduated_price",
    en="graduated prices of {source}: {tiers}",
    it="prezzi a scaglioni da {source}: {tiers}",
    de="gestaffelte Preise aus {source}: {tiers}",
)
OVERRIDDEN: Final = StepKind(
    "pricing.override",
    en="price set to {price} by {actor}: {reason}",
    it="prezzo fissato a {price} da {actor}: {reason}",
    de="Preis von {actor} auf {price} gesetzt: {reason}",
)


@frozen
class PricedLines:
    """The lines with their prices before offers, or what is wrong with them.

    Attributes:
        lines: of the cart.
        problems: all that were found.
        asked: for whom and when prices were looked up.
        sources: what the cart's source codes mean.

    """

    lines: tuple[LineInProgress, ...]
    problems: tuple[Problem, ...]
    asked: PriceQuestion
    sources: CartSources


def price_lines(book: CompiledBook, cart: Cart, day: int, rounders: Rounders, facts: Facts) -> PricedLines:
    """Return the cart's lines priced before offers.

    Problems name the line: ``pricing.unknown_item``, ``pricing.unknown_offer``, ``pricing.missing_price``,
    ``pricing.missing_cost``, ``pricing.missing_tax_rate``, ``quantity.unknown_conversion``,
    ``quantity.inexact_conversion``, those of source codes and of overrides.
    """
    named = cart.source_code or [line for line in cart.lines if line.source_code]
    sources = read_source_codes(book.sources, cart, day) if named else NO_SOURCES
    taxes = RowTaxes.of(book.book.tax, facts) if book.states_tax else None
    asked = _question(book, cart, day, sources.header, taxes)
    of_lines = {place: _question(book, cart, day, source, taxes) for place, source in sources.lines.items()}
    problems: list[Problem] = list(sources.problems)
    if cart.offers:
        problems.extend(_unknown_offers(book, cart.offers, "offers"))
    lines: list[LineInProgress] = []
    items, one, round_line = book.items, rounders.one, rounders.line
    for index, cart_line in enumerate(cart.lines):
        if cart_line.offers:
            problems.extend(_unknown_offers(book, cart_line.offers, f"lines[{index}].offers"))
        item = items.get(cart_line.item)
        if item is None or not item.active:
            accepted = "the id of an active item in the price book"
            problems.append(UNKNOWN_ITEM.at(f"lines[{index}].item", value=cart_line.item, accepted=accepted))
            continue
        quantity, unit = cart_line.quantity, cart_line.unit or item.unit
        own = quantity if unit == item.unit else _in_own_unit(book, cart_line, item, index)
        if isinstance(own, Problem):
            problems.append(own)
            continue
        begun = LineInProgress(cart_line, item, quantity, unit, own, one, round_line, index)
        problem = price_from_list(book, begun, of_lines.get(index, asked), rounders)
        if problem is None:
            lines.append(begun)
        else:
            problems.append(problem)
    if not problems:
        if book.prices.sale:
            problems = _agree(book, cart, tuple(lines), asked, of_lines, rounders)
        if book.promotions:
            _promote(book, lines, asked)
        problems.extend(_open_or_override(book, lines, asked, facts))
    return PricedLines(tuple(lines), tuple(problems), asked, sources)


def _question(book: CompiledBook, cart: Cart, day: int, source: Source | None, taxes: RowTaxes | None) -> PriceQuestion:
    groups: tuple[str, ...] = cart.customer_groups
    attributes: tuple[tuple[str, str], ...] = cart.attributes
    if cart.ship_to_country:
        attributes = (*attributes, ("country", cart.ship_to_country))
    if source is not None:
        groups = (*groups, *source.catalogue.price_groups)
        attributes = (*attributes, ("source_code", source.code.id), ("catalogue", source.catalogue.id))
    return PriceQuestion(
        currency=cart.currency,
        day=day,
        customer=cart.customer,
        groups=frozenset(groups),
        channel=cart.channel,
        attributes=frozenset(attributes),
        sums=_sums(book, cart) if book.prices.summed else NO_SUMS,
        taxes=taxes,
    )


def _promote(book: CompiledBook, lines: Iterable[LineInProgress], asked: PriceQuestion) -> None:
    rounding = book.book.rounding.unit_price
    for line in lines:
        if line.cart_line.override is None:
            promote_line(book.promotions, line, asked.currency, asked.channel, asked.day, rounding)


def _open_or_override(
    book: CompiledBook, lines: Iterable[LineInProgress], asked: PriceQuestion, facts: Facts
) -> list[Problem]:
    problems: list[Problem] = []
    for line in lines:
        if line.cart_line.override is None:
            line.open_to_offers = line.item.discountable
        else:
            problems.extend(_override(book, line, line.cart_line.override, asked, facts))
    return problems


def _unknown_offers(book: CompiledBook, offers: tuple[str, ...], path: str) -> list[Problem]:
    return [
        UNKNOWN_OFFER.at(path, value=offer, accepted="the id of an offer in the price book")
        for offer in offers
        if offer not in book.offers.by_id
    ]


def _in_own_unit(book: CompiledBook, cart_line: CartLine, item: Item, index: int) -> Decimal | Problem:
    try:
        return book.units.amount_in(item.unit, cart_line.quantity, cart_line.unit, item.id)
    except InvalidValue as invalid:
        return invalid.problem.under(f"lines[{index}]")


def price_from_list(
    book: CompiledBook, line: LineInProgress, asked: PriceQuestion, rounders: Rounders
) -> Problem | None:
    """Give ``line`` its list price and its cost, or return why it has none.

    Problems: ``pricing.missing_price``, ``pricing.missing_cost``, ``pricing.missing_tax_rate``.
    """
    if book.costs or line.item.cost is not None:
        cost = book.cost(line.item, asked.currency, asked.day)
        line.unit_cost = None if cost is None else _in_line_unit(line, cost)
    found = find_list_price(book, line, asked, rounders)
    if found is None:
        accepted = "a price row or a base price that fits currency, day, unit and customer"
        return MISSING_PRICE.at(f"{line.path}.item", value=line.item.id, currency=asked.currency, accepted=accepted)
    if found.amount is None:
        return missing_rate(line, found, asked) or _missing_cost(line, asked)
    price = Money(found.amount, asked.currency) if found.money is None else found.money
    line.list_money = price
    line.list_price = found.amount
    lowest = line.item.lowest_price
    if lowest is not None and lowest.currency == asked.currency:
        line.lowest = _in_line_unit(line, lowest.amount)
    line.set_unit_price(found.amount, found.whole)
    exact = line.exact
    if not -MONEY_DIGITS <= exact.adjusted() < MONEY_DIGITS:
        exact_decimal(exact)
    stated = exact
    if found.stated is not None:
        stated, price = stated_whole(line, found), Money(found.stated, asked.currency)
    if found.tiers:
        line.note(GRADUATED_PRICE, stated, source=found.source, tiers=_in_words(found))
    else:
        named = {"price": price, "source": found.source, "quantity": line.quantity}
        line.notes.append((LIST_PRICE, stated, named))
    if asked.taxes is not None:
        note_conversion(line, found, asked.taxes, stated)
    return None


def _in_words(found: FoundPrice) -> str:
    return " + ".join(str(tier) for tier in found.tiers)


def _sums(book: CompiledBook, cart: Cart) -> Mapping[tuple[BreakQuantity, str], Decimal]:
    counted: list[tuple[Item, Decimal]] = []
    for index, cart_line in enumerate(cart.lines):
        item = book.items.get(cart_line.item)
        if item is not None and item.active:
            own = _in_own_unit(book, cart_line, item, index) if cart_line.unit else cart_line.quantity
            if not isinstance(own, Problem):
                counted.append((item, own))
    return break_sums(counted)


def _agree(
    book: CompiledBook,
    cart: Cart,
    lines: tuple[LineInProgress, ...],
    asked: PriceQuestion,
    of_lines: Mapping[int, PriceQuestion],
    rounders: Rounders,
) -> list[Problem]:
    problems: list[Problem] = []
    percents: dict[int, Decimal] | None = None
    agreed: list[tuple[LineInProgress, FoundPrice]] = []
    for line in lines:
        question = of_lines.get(line.index, asked)
        found = find_sale_price(book, line, question, rounders, None)
        if found is not None and found.takes_offer_percent:
            if percents is None:
                percents = _named_percents(book, Scene(cart, asked.day, lines, rounders.one))
            found = find_sale_price(book, line, question, rounders, percents.get(line.number))
        if found is not None:
            agreed.append((line, found))
    for line, found in agreed:
        if found.amount is None:
            problems.append(missing_rate(line, found, asked) or _missing_cost(line, asked))
            continue
        before = line.exact
        line.set_unit_price(found.amount, found.whole)
        stated = stated_whole(line, found)
        change = exact_decimal(EXACT.subtract(stated, before))
        if found.tiers:
            line.note(GRADUATED_PRICE, change, source=found.source, tiers=_in_words(found))
        else:
            price = Money(found.amount if found.stated is None else found.stated, asked.currency)
            line.note(AGREED_PRICE, change, price=price, source=found.source)
        if asked.taxes is not None:
            note_conversion(line, found, asked.taxes, stated)
    return problems


def _named_percents(book: CompiledBook, scene: Scene) -> dict[int, Decimal]:
    named: dict[str, list[LineInProgress]] = {}
    for line in scene.lines:
        for offer_id in line.cart_line.offers:
            named.setdefault(offer_id, []).append(line)
    eligible: dict[tuple[str, int], Decimal] = {}
    for offer_id, lines in named.items():
        offer = book.offers.by_id[offer_id]
        benefit = offer.benefits[0] if offer.plain else None
        if offer.trigger is OfferTrigger.CODE or not isinstance(benefit, PercentOff) or benefit.on_order:
            continue
        answer = offer.eligible(scene, tuple(lines))
        if not isinstance(answer, Problem):
            eligible.update({(offer_id, line.number): benefit.percent for line in answer})
    percents: dict[int, Decimal] = {}
    for line in scene.lines:
        for offer_id in line.cart_line.offers:
            if (offer_id, line.number) in eligible:
                percents.setdefault(line.number, eligible[offer_id, line.number])
    return percents


def _override(
    book: CompiledBook, line: LineInProgress, override: PriceOverride, asked: PriceQuestion, facts: Facts
) -> list[Problem]:
    path = f"{line.path}.override"
    other = wrong_currency(override, asked.currency, path)
    if other is not None:
        return [other]
    policy = book.book.overrides
    own = line.item.cost
    item_cost = _in_line_unit(line, own.amount) if own is not None and own.currency == asked.currency else None
    costs = FloorCosts(item=item_cost, margin=line.unit_cost)
    contains_tax = book.book.tax.prices_include_tax
    problems = policy.refusals(override, line.unit_price, costs, line.item.id, facts, path, contains_tax=contains_tax)
    if contains_tax:
        floor = policy.floor(asked.currency, costs, line.item.id, facts, path)
        line.floor = floor if isinstance(floor, PriceFloor) else None
    before = line.exact
    line.set_unit_price(override.unit_price.amount)
    line.open_to_offers = policy.offers_on_override and line.item.discountable
    change = exact_decimal(EXACT.subtract(line.exact, before))
    line.note(OVERRIDDEN, change, price=override.unit_price, actor=facts.actor.id, reason=override.reason)
    return problems


def _missing_cost(line: LineInProgress, asked: PriceQuestion) -> Problem:
    accepted = "a cost row or a cost of the item"
    return MISSING_COST.at(f"{line.path}.item", value=line.item.id, currency=asked.currency, accepted=accepted)


def _in_line_unit(line: LineInProgress, amount: Decimal) -> Decimal:
    if line.own_quantity == line.quantity:
        return amount
    return EXACT.divide(EXACT.multiply(amount, line.own_quantity), line.quantity)
