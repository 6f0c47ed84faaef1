"""The worksheet of a price match: what is given for some units, step by step."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import Explanation, Step, StepKind, rounding_step
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, HALF_UP
from servicecore.pricing.price_match.competitor_price import CompetitorPrice

OUR_NET: Final = StepKind(
    "price_match.our_net",
    en="our price of {quantity} units without tax",
    it="il nostro prezzo di {quantity} unità senza imposta",
    de="unser Preis für {quantity} Einheiten ohne Steuer",
)
OUR_GROSS: Final = StepKind(
    "price_match.our_gross",
    en="our price of {quantity} units with tax",
    it="il nostro prezzo di {quantity} unità con imposta",
    de="unser Preis für {quantity} Einheiten mit Steuer",
)
THEIR_PRICE: Final = StepKind(
    "price_match.their_price",
    en="price of {competitor}: {price} a unit, times {quantity}",
    it="prezzo di {competitor}: {price} l'unità, per {quantity}",
    de="Preis von {competitor}: {price} je Einheit, mal {quantity}",
)
OWN_PART: Final = StepKind(
    "price_match.own_part",
    en="of the difference to {competitor} {percent} % are given",
    it="della differenza rispetto a {competitor} si concede il {percent} %",
    de="von der Differenz zu {competitor} werden {percent} % gegeben",
)

_ALL: Final = Decimal(100)


@frozen
class Worksheet:
    """What following a competitor's price gives for some units.

    Attributes:
        quantity: of units.
        paid: our price of them, with or without tax as the competitor's.
        price: the competitor's.
        percent: how much of the difference is given.
        credit: what is given, in whole minor units; 0 where the competitor is not cheaper, never above ``paid``.
        explanation: the steps that made ``credit``.

    """

    quantity: Decimal
    paid: Money
    price: CompetitorPrice
    percent: Decimal
    credit: Money
    explanation: Explanation


def worksheet(paid: Money, quantity: Decimal, price: CompetitorPrice, percent: Decimal) -> Worksheet:
    """Return what ``price`` gives for ``quantity`` units that cost ``paid`` with us.

    The difference is taken over all units and rounded once, half up, so that it is right to the cent also where the
    units of a line do not cost the same (specs: orders 4, CC 10).

    Raises:
        InvalidValue: ``money.currency_mismatch``.

    """
    theirs = price.net * quantity
    difference = paid - theirs
    ours = OUR_GROSS if price.includes_tax else OUR_NET
    steps: list[Step] = [
        ours.step(paid, quantity=f"{quantity:f}"),
        THEIR_PRICE.step(-theirs, competitor=price.competitor, price=price.net, quantity=f"{quantity:f}"),
    ]
    part = Money(EXACT.multiply(difference.amount, percent).scaleb(-2, EXACT), paid.currency)
    if difference.amount <= 0:
        part = Money.zero(paid.currency)
    if part != difference:
        steps.append(OWN_PART.step(part - difference, competitor=price.competitor, percent=f"{percent:f}"))
    credit = part.round()
    steps.extend(rounding_step(part, credit, HALF_UP.name))
    explanation = Explanation("price match", credit, tuple(steps))
    return Worksheet(quantity, paid, price, percent, credit, explanation)
