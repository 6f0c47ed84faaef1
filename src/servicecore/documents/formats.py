"""Amounts, quantities and dates as a reader in Rome, Berlin or London writes them (F14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from attrs import frozen
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from servicecore.kernel.money import Money
from servicecore.kernel.problems import LOCALES, ProblemKind

UNKNOWN_LOCALE: Final = ProblemKind(
    "documents.unknown_locale",
    en="{value} is not a locale of documents; accepted: {accepted}",
    it="{value} non è una lingua dei documenti; valori ammessi: {accepted}",
    de="{value} ist keine Sprache der Dokumente; zulässig: {accepted}",
)


@frozen
class Formats:
    """The formats of one locale; made by ``formats_for``."""

    locale: Locale

    @property
    def language(self) -> str:
        """Return ``en``, ``it`` or ``de``."""
        return self.locale.language

    def money(self, amount: Money) -> str:
        """Return an amount with its currency, with as many decimals as it has: ``1.234,50 €``."""
        exponent = amount.amount.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        if decimals > 2:  # noqa: PLR2004 - a unit price may have more decimals than the currency
            pattern = f"#,##0.{'0' * decimals} ¤"
            return format_currency(amount.amount, amount.currency, pattern, locale=self.locale, currency_digits=False)
        return format_currency(amount.amount, amount.currency, locale=self.locale)

    def quantity(self, value: Decimal) -> str:
        """Return a quantity without needless zeros: ``1.234,5``."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def day(self, value: date) -> str:
        """Return a date in the long form: ``2 marzo 2026``."""
        return format_date(value, format="long", locale=self.locale)


def formats_for(locale: str) -> Formats:
    """Return the formats of ``locale`` (``en``, ``it``, ``de``, with or without a region: ``de_CH``).

    Raises:
        InvalidValue: ``documents.unknown_locale``.

    """
    accepted = f"{', '.join(LOCALES)}, with or without a region"
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        raise UNKNOWN_LOCALE.error("locale", value=repr(locale), accepted=accepted) from None
    if parsed.language not in LOCALES:
        raise UNKNOWN_LOCALE.error("locale", value=repr(locale), accepted=accepted)
    return Formats(parsed)
