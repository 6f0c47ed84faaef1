"""Rewards: what offers promise for after the order, and which units it rests on."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.kernel.phrases import spoken
from servicecore.kernel.problems import Text


class RewardKind(Enum):
    """What is promised: points, money for later orders, copies of a coupon, or what a text says."""

    POINTS = "points"
    CREDIT = "credit"
    COUPON = "coupon"
    OTHER = "other"


_TOLD: Final = MappingProxyType(
    {
        RewardKind.POINTS: Text(
            "offer {offer}{name:spaced}: promises {quantity} points ({reward}): {terms} on {base}",
            "offerta {offer}{name:spaced}: promette {quantity} punti ({reward}): {terms} su {base}",
            "Angebot {offer}{name:spaced}: verspricht {quantity} Punkte ({reward}): {terms} auf {base}",
        ),
        RewardKind.CREDIT: Text(
            "offer {offer}{name:spaced}: promises a credit of {amount} ({reward}): {terms} on {base}",
            "offerta {offer}{name:spaced}: promette un credito di {amount} ({reward}): {terms} su {base}",
            "Angebot {offer}{name:spaced}: verspricht ein Guthaben von {amount} ({reward}): {terms} auf {base}",
        ),
        RewardKind.COUPON: Text(
            "offer {offer}{name:spaced}: promises {quantity} times the coupon {reward}: {terms} on {base}",
            "offerta {offer}{name:spaced}: promette {quantity} volte il buono {reward}: {terms} su {base}",
            "Angebot {offer}{name:spaced}: verspricht {quantity} mal den Gutschein {reward}: {terms} auf {base}",
        ),
        RewardKind.OTHER: Text(
            "offer {offer}{name:spaced}: promises {quantity} times {reward}: {terms} on {base}",
            "offerta {offer}{name:spaced}: promette {quantity} volte {reward}: {terms} su {base}",
            "Angebot {offer}{name:spaced}: verspricht {quantity} mal {reward}: {terms} auf {base}",
        ),
    }
)


@frozen
class RewardedLine:
    """Units of a line that a reward rests on.

    Attributes:
        line: id of the line; of a quote its number.
        units: how many, in the line's unit; above 0.
        weight: what all of them count for among the lines of the reward: their value, or their number.
        start: units of an order's line that were billed before them; 0 where it was promised with the quote.

    """

    line: str
    units: Decimal
    weight: Decimal
    start: Decimal = Decimal(0)


@frozen
class PromisedReward:
    """What an offer promises for after the order; it changes no price.

    Attributes:
        offer: id of the offer.
        kind: what is promised.
        reward: what whoever grants it calls it: a programme, the id of a coupon, a text for people.
        quantity: how much; of ``CREDIT`` in major units of ``currency``.
        currency: of the cart.
        lines: the units that it rests on.
        step: the smallest part that can be earned or taken back, above 0; 0 where it is had as a whole or not at all.
        terms: how it was worked out, without words.
        base: the value of the units, in ``currency``.
        name: of the offer, for people.
        code: the code that released the offer; empty for others.

    """

    offer: str
    kind: RewardKind
    reward: str
    quantity: Decimal
    currency: str
    lines: tuple[RewardedLine, ...]
    step: Decimal
    terms: str
    base: Decimal
    name: str = ""
    code: str = ""

    @property
    def amount(self) -> Money:
        """Return the money that is promised; 0 where it is none."""
        return Money(self.quantity, self.currency) if self.kind is RewardKind.CREDIT else Money.zero(self.currency)

    def part(self, weight: Fraction) -> Decimal:
        """Return what of it the units have that count for ``weight``, whole steps; of all weight it is all."""
        all_of_it = sum((Fraction(each.weight) for each in self.lines), Fraction(0))
        if weight >= all_of_it:
            return self.quantity
        if not self.step:
            return Decimal(0)
        return int(Fraction(self.quantity) * weight / all_of_it / Fraction(self.step)) * self.step

    def text(self, locale: str = "en") -> str:
        """Return one sentence for people."""
        params = {
            "offer": self.offer,
            "name": self.name,
            "quantity": f"{self.quantity.normalize():f}",
            "amount": str(self.amount),
            "reward": self.reward,
            "terms": self.terms,
            "base": str(Money(self.base, self.currency)),
        }
        return _TOLD[self.kind].render(spoken(tuple(params.items()), locale), locale)
