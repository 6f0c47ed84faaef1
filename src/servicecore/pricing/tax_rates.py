"""Rates of tax that prices are converted by: rows of a book may state their prices with tax or without it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind

MISSING_TAX_RATE: Final = ProblemKind(
    "pricing.missing_tax_rate",
    en="the price of {value} in {source} has includes_tax {includes_tax}, unlike the book, and tax engine {engine} gave"
    " no rate of tax category {category} ({reason}); accepted: {accepted}",
    it="il prezzo di {value} in {source} ha includes_tax {includes_tax}, diversamente dal listino, e il motore fiscale"
    " {engine} non ha dato un'aliquota della categoria fiscale {category} ({reason}); valori ammessi: {accepted}",
    de="der Preis von {value} in {source} hat includes_tax {includes_tax}, anders als das Preisbuch, und Steuermodul"
    " {engine} gab keinen Satz der Steuerkategorie {category} ({reason}); zulässig: {accepted}",
)


def _rates(values: Iterable[tuple[str, Decimal | int | str]]) -> tuple[tuple[str, Decimal], ...]:
    return tuple((category, exact_decimal(rate, f"rates.{category}")) for category, rate in values)


@frozen
class TaxRates:
    """A fact: the rates of tax at the place and on the day of delivery, without the exemptions of a customer.

    Attributes:
        engine: name of the tax engine that gave them.
        rates: pairs of tax category and rate; a rate is a fraction of 0 or more, 0.22 for 22 percent.
        reason: why the engine gave none; empty where it did.

    Raises:
        InvalidValue: ``value.not_accepted`` for a rate below 0.

    """

    engine: str
    rates: tuple[tuple[str, Decimal], ...] = field(converter=_rates, default=())
    reason: str = ""

    @rates.validator
    def _check_rates(self, _attribute: object, value: tuple[tuple[str, Decimal], ...]) -> None:
        for category, rate in value:
            if rate < 0:
                raise NOT_ACCEPTED.error(f"rates.{category}", value=rate, accepted="a fraction of 0 or more")

    def rate(self, category: str) -> Decimal | None:
        """Return the rate of ``category`` as a fraction, or None where it is not known."""
        return next((rate for name, rate in self.rates if name == category), None)


NO_RATES: Final = TaxRates("none", reason="nobody asked for a rate")
"""No rate is known."""
