"""Price the lines of a cart before offers: list price, agreement or formula, override; each step is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart, CartLine, PriceOverride
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.find_price import find_sale_price
from servicecore.pricing.found_price import FoundPrice
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.note_conversion import missing_rate, note_conversion, stated_whole
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import wrong_currency
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.price_from_list import (
    GRADUATED_PRICE,
    charge_stated,
    in_line_unit,
    missing_cost,
    price_from_list,
    tiers_in_words,
)
from servicecore.pricing.price_index import PriceQuestion
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
AGREED_PRICE: Final = StepKind(
    "pricing.agreed_price",
    en="price {price} of the list {source}",
    it="prezzo {price} dal listino {source}",
    de="Preis {price} aus der Preisliste {source}",
)
OVERRIDDEN: Final = StepKind(
    "pricing.override",
    en="price set to {price} by {actor}: {reason}",
    it="prezzo fissato a {price} da {actor}: {reason}",
    de="Preis von {actor} auf {price} gesetzt: {reason}",
)


@frozen(weakref_slot=False)
class PricedLines:
    """The lines with their prices before offers, or what is wrong with them.

    Attributes:
        lines: of the cart.
        problems: all that were found.
        asked: for whom and when prices were looked up.
        sources: what the cart's source codes mean.
        of_lines: the same as ``asked`` for lines with a source code of their own, by place in the cart.
        plain: whether every line takes offers, asks for nothing of its own, and is charged what a row states.

    """

    lines: tuple[LineInProgress, ...]
    problems: tuple[Problem, ...]
    asked: PriceQuestion
    sources: CartSources
    of_lines: Mapping[int, PriceQuestion]
    plain: bool


_BlankQuestion: Final = blank_class(PriceQuestion)


def price_lines(book: CompiledBook, cart: Cart, day: int, rounders: Rounders, facts: Facts) -> PricedLines:
    """Return the cart's lines priced before offers.

    Problems name the line: ``pricing.unknown_item``, ``pricing.unknown_offer``, ``pricing.missing_price``,
    ``pricing.missing_cost``, ``pricing.missing_tax_rate``, ``quantity.unknown_conversion``,
    ``quantity.inexact_conversion``, those of source codes and of overrides.
    """
    special = [line for line in cart.lines if line.offers or line.source_code or line.override or line.personalisations]
    named = cart.source_code or [line for line in special if line.source_code]
    sources = read_source_codes(book.sources, cart, day, book.book.exchanges) if named else NO_SOURCES
    taxes = RowTaxes.of(book.book.tax, facts) if book.states_tax else None
    asked = _question(book, cart, day, sources.header, taxes)
    of_lines = {place: _question(book, cart, day, source, taxes) for place, source in sources.lines.items()}
    problems = [*sources.problems, *_unknown_offers(book, cart.offers, "offers")]
    lines: list[LineInProgress] = []
    items, one, round_line, quantum = book.items, rounders.one, rounders.line, rounders.line_quantum
    rows = None if book.costs or of_lines else book.prices.by_item(asked)
    currency, plain = cart.currency, not special
    for index, cart_line in enumerate(cart.lines):
        if cart_line.offers:
            problems.extend(_unknown_offers(book, cart_line.offers, f"lines[{index}].offers"))
        item = items.get(cart_line.item)
        if item is None or not item.active:
            accepted = "the id of an active item in the price book"
            problems.append(UNKNOWN_ITEM.at(f"lines[{index}].item", value=cart_line.item, accepted=accepted))
            continue
        quantity, unit = cart_line.quantity, item.unit
        if not cart_line.unit or cart_line.unit == unit:
            begun = LineInProgress(cart_line, item, quantity, unit, quantity, one, round_line, index)
            if rows is not None and charge_stated(begun, rows.get((item.id, currency, ""), ()), day, quantum):
                lines.append(begun)
                continue
        else:
            own = _in_own_unit(book, cart_line, item, index)
            if isinstance(own, Problem):
                problems.append(own)
                continue
            begun = LineInProgress(cart_line, item, quantity, cart_line.unit, own, one, round_line, index)
        plain = False
        problem = price_from_list(book, begun, of_lines.get(index, asked), rounders)
        if problem is None:
            lines.append(begun)
        else:
            problems.append(problem)
    priced = tuple(lines)
    if not problems and book.prices.sale:
        problems = _agree(book, cart, priced, asked, of_lines, rounders)
        problems.extend(_promote_or_override(book, priced, asked, facts))
    elif not problems and (book.promotions or not plain):
        problems = _promote_or_override(book, priced, asked, facts)
    return PricedLines(priced, tuple(problems), asked, sources, of_lines, plain)


def _question(book: CompiledBook, cart: Cart, day: int, source: Source | None, taxes: RowTaxes | None) -> PriceQuestion:
    groups: tuple[str, ...] = cart.customer_groups
    attributes: tuple[tuple[str, str], ...] = cart.attributes
    if cart.ship_to_country:
        attributes = (*attributes, ("country", cart.ship_to_country))
    if source is not None:
        groups = (*groups, *source.catalogue.price_groups)
        attributes = (*attributes, ("source_code", source.code.id), ("catalogue", source.catalogue.id))
    made = _BlankQuestion()
    made.currency = cart.currency
    made.day = day
    made.customer = cart.customer
    made.groups = frozenset(groups)
    made.channel = cart.channel
    made.attributes = frozenset(attributes)
    made.sums = _sums(book, cart) if book.prices.summed else NO_SUMS
    made.taxes = taxes
    made.__class__ = PriceQuestion
    question: PriceQuestion = made
    return question


def _promote_or_override(
    book: CompiledBook, lines: Iterable[LineInProgress], asked: PriceQuestion, facts: Facts
) -> list[Problem]:
    rounding = book.book.rounding.unit_price
    problems: list[Problem] = []
    for line in lines:
        override = line.cart_line.override
        if override is not None:
            problems.extend(_override(book, line, override, asked, facts))
            continue
        if book.promotions:
            promote_line(book.promotions, line, asked, rounding, book.book.catalogue_selection)
        line.open_to_offers = line.item.discountable
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
            problems.append(missing_rate(line, found, asked) or missing_cost(line, asked))
            continue
        before = line.exact
        line.set_unit_price(found.amount, found.whole)
        stated = stated_whole(line, found)
        change = exact_decimal(EXACT.subtract(stated, before))
        if found.tiers:
            line.note(GRADUATED_PRICE, change, source=found.source, tiers=tiers_in_words(found))
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
    item_cost = in_line_unit(line, own.amount) if own is not None and own.currency == asked.currency else None
    costs = FloorCosts(item=item_cost, margin=line.unit_cost)
    contains_tax = book.book.tax.prices_include_tax
    problems = policy.refusals(override, line.unit_price, costs, line.item.id, facts, path, contains_tax=contains_tax)
    if contains_tax and override.unit_price.amount < line.unit_price:
        floor = policy.floor(asked.currency, costs, line.item.id, facts, path)
        line.floor = floor if isinstance(floor, PriceFloor) else None
    before = line.exact
    line.set_unit_price(override.unit_price.amount)
    line.open_to_offers = policy.offers_on_override and line.item.discountable
    change = exact_decimal(EXACT.subtract(line.exact, before))
    line.note(OVERRIDDEN, change, price=override.unit_price, actor=facts.actor.id, reason=override.reason)
    return problems
