"""Gift cards that an order sells: one card a line, at the price of its unit, issued with the line's invoice."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.billing import GiftCardCode, GiftCardRecipient
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.line_quantities import LineQuantity
from servicecore.orders.policy import OrderPolicy
from servicecore.pricing.quote import Quote, QuoteLine

ONE_PER_LINE: Final = ProblemKind(
    "gift_card.one_per_line",
    en="{value} gift cards stand on one line; accepted: {accepted}",
    it="su una riga ci sono {value} carte regalo; valori ammessi: {accepted}",
    de="auf einer Zeile stehen {value} Geschenkkarten; zulässig: {accepted}",
)
PRICE_FIXED: Final = ProblemKind(
    "gift_card.price_fixed",
    en="the gift card of {list_price} is priced at {value}; accepted: {accepted}",
    it="la carta regalo da {list_price} ha il prezzo {value}; valori ammessi: {accepted}",
    de="die Geschenkkarte über {list_price} kostet {value}; zulässig: {accepted}",
)
SALE_MISSING: Final = ProblemKind(
    "gift_card.sale_missing",
    en="nothing is said of the gift card of line {value}; accepted: {accepted}",
    it="manca l'indicazione della carta regalo della riga {value}; valori ammessi: {accepted}",
    de="zur Geschenkkarte der Zeile {value} fehlt die Angabe; zulässig: {accepted}",
)
NO_CARD_LINE: Final = ProblemKind(
    "gift_card.no_card_line",
    en="line {value} sells no gift card; accepted: {accepted}",
    it="la riga {value} non vende carte regalo; valori ammessi: {accepted}",
    de="die Zeile {value} verkauft keine Geschenkkarte; zulässig: {accepted}",
)
NOT_VOIDED: Final = ProblemKind(
    "gift_card.not_voided",
    en="the gift card of line {value} could still be spent; accepted: {accepted}",
    it="la carta regalo della riga {value} può essere ancora spesa; valori ammessi: {accepted}",
    de="die Geschenkkarte der Zeile {value} könnte noch ausgegeben werden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class GiftCardSale:
    """What is known of a gift card when it is ordered (CC 12.7).

    Attributes:
        line: number of the line that sells it.
        recipient: whom it is for; an e-mail card names the address and the sender.
        code: of the number that is printed on it; None for a card that gets its number after the invoice.

    """

    line: int
    recipient: GiftCardRecipient | None = None
    code: GiftCardCode | None = None


@frozen
class VoidedGiftCards:
    """A fact for a return: numbers of the order's lines whose gift card was issued and is voided."""

    lines: frozenset[int]


def gift_card_source(order: str, line: int) -> str:
    """Return the key of what sells the gift card of a line; only one card has it."""
    return f"{order}/line/{line}"


def check_sales(quote: Quote, sales: tuple[GiftCardSale, ...], policy: OrderPolicy) -> tuple[Problem, ...]:
    """Return what is wrong with the gift cards of a quote: each line is one card at its list price, and is told of.

    Discounts and overrides would sell money below its value (``gift_card.price_fixed``).
    """
    told = [sale.line for sale in sales]
    cards = {line.number: line for line in quote.lines if line.item in policy.gift_card_items}
    problems = [
        NO_CARD_LINE.at(f"gift_cards[{index}].line", value=line, accepted=_listed(cards) or "none, none is ordered")
        for index, line in enumerate(told)
        if line not in cards or line in told[:index]
    ]
    for number, line in cards.items():
        path = f"quote.lines[{number}]"
        if number not in told:
            problems.append(SALE_MISSING.at("gift_cards", value=number, accepted="a sale with this line"))
        if line.quantity != 1:
            problems.append(ONE_PER_LINE.at(f"{path}.quantity", value=f"{line.quantity:f}", accepted="1"))
        elif _is_repriced(line):
            accepted = "its list price, above 0 and without discount"
            problems.append(PRICE_FIXED.at(path, list_price=line.list_price, value=line.net, accepted=accepted))
    return tuple(problems)


def check_voided(
    sales: tuple[GiftCardSale, ...], returned: Iterable[LineQuantity], voided: VoidedGiftCards
) -> tuple[Problem, ...]:
    """Return which lines cannot come back because their gift card could still be spent (``gift_card.not_voided``)."""
    sold = {sale.line for sale in sales}
    return tuple(
        NOT_VOIDED.at(f"lines[{index}]", value=each.line, accepted="a card that was never used, voided first")
        for index, each in enumerate(returned)
        if each.line in sold and each.line not in voided.lines
    )


def _is_repriced(line: QuoteLine) -> bool:
    fixed = line.list_price.amount
    return fixed <= Decimal(0) or not line.list_price.is_rounded() or line.overridden or line.net.amount != fixed


def _listed(cards: Iterable[int]) -> str:
    return ", ".join(str(each) for each in cards)
