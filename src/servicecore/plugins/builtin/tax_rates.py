"""The settings of the rate-table tax engine: rates by place, category and date, and exemption certificates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.plugins.settings import STRICT_MODEL
from servicecore.pricing.taxes import TaxRounding

ANY: Final = "*"


def _share(value: object) -> Decimal:
    return exact_decimal(value, "rate")


def _not_negative(value: Decimal) -> Decimal:
    if not 0 <= value <= 10:  # noqa: PLR2004 - the range is the message
        raise ValueError(f"{value} is not accepted; accepted: a fraction such as 0.22, from 0 to 10")
    return value


Rate = Annotated[Decimal, BeforeValidator(_share), AfterValidator(_not_negative)]
"""A rate as a fraction, given as text or whole number: '0.22' for 22 percent; a float is refused."""


class TaxRate(BaseModel):
    """One row of the table.

    Attributes:
        country: ISO 3166, or ``*`` for every country without a row of its own.
        region: state or province; empty for the whole country.
        category: the items' tax category, or ``*`` for every category without a row of its own in the same place.
        rate: as a fraction: '0.22'.
        valid_from: first civil date; None for always.
        valid_until: the first civil date on which it is no longer valid (exclusive); None for ever.
        on_top: for a region: added to the country's rate instead of replacing it.
        jurisdiction: whose tax it is, on the quote; empty for ``IT`` or ``US-WA``.

    """

    model_config = STRICT_MODEL

    country: str = Field(min_length=1)
    region: str = ""
    category: str = Field(default="standard", min_length=1)
    rate: Rate
    valid_from: date | None = None
    valid_until: date | None = None
    on_top: bool = False
    jurisdiction: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not _before(self.valid_from, self.valid_until):
            raise ValueError(f"valid_until {self.valid_until} is not accepted; accepted: a date after valid_from")
        if self.on_top and not self.region:
            raise ValueError("on_top is not accepted without a region; accepted: a region, or on_top false")
        if self.country == ANY and self.region:
            raise ValueError("a region is not accepted for the country *; accepted: no region")
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether the row is valid on the civil date ``day``."""
        return _holds_on(self.valid_from, self.valid_until, day)

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what the row answers for: country, region and category."""
        return self.country, self.region, self.category

    @property
    def authority(self) -> str:
        """Return whose tax it is: the jurisdiction as configured, or country and region."""
        return self.jurisdiction or (f"{self.country}-{self.region}" if self.region else self.country)


class ExemptionCertificate(BaseModel):
    """A customer's proof that no tax is due.

    Attributes:
        id: what the cart names.
        reason: shown on the quote: ``reseller``, ``diplomatic mission``.
        customer: the only customer who may use it; empty for any.
        countries: where it holds; empty for everywhere.
        categories: for which tax categories; empty for all.
        valid_from: first civil date; None for always.
        valid_until: the first civil date on which it is no longer valid (exclusive); None for ever.

    """

    model_config = STRICT_MODEL

    id: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    customer: str = ""
    countries: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not _before(self.valid_from, self.valid_until):
            raise ValueError(f"valid_until {self.valid_until} is not accepted; accepted: a date after valid_from")
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether the certificate is valid on the civil date ``day``."""
        return _holds_on(self.valid_from, self.valid_until, day)

    def covers(self, country: str, category: str) -> bool:
        """Return whether it frees ``category`` in ``country``."""
        return (not self.countries or country in self.countries) and (
            not self.categories or category in self.categories
        )


class RateTableSettings(BaseModel):
    """The whole table; an empty one refuses every quote.

    Attributes:
        rates: rows; two for the same place, category and day are refused.
        exemptions: certificates, each id once.
        rounding: per line and jurisdiction, or the document's tax once.
        digits: decimals that tax amounts are rounded to; None for the currency's own.
        mode: which way.

    """

    model_config = STRICT_MODEL

    rates: tuple[TaxRate, ...] = ()
    exemptions: tuple[ExemptionCertificate, ...] = ()
    rounding: TaxRounding = TaxRounding.PER_LINE
    digits: int | None = Field(default=None, ge=0, le=12)
    mode: RoundingMode = RoundingMode.HALF_UP

    @model_validator(mode="after")
    def _check(self) -> Self:
        rows = sorted(self.rates, key=lambda row: (*row.place, row.valid_from or date.min))
        for one, other in pairwise(rows):
            if one.place == other.place and _before(other.valid_from, one.valid_until):
                where = "/".join(part or "-" for part in one.place)
                raise ValueError(f"two rates for {where} are valid on the same day; accepted: one for each day")
        ids = [certificate.id for certificate in self.exemptions]
        if len(set(ids)) != len(ids):
            raise ValueError("a certificate id stands there twice; accepted: each id once")
        return self

    @property
    def rounding_rule(self) -> Rounding:
        """Return the one rounding of the engine."""
        return Rounding(self.mode, self.digits)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


def _holds_on(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day < end)
