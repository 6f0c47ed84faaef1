"""The built-in tax engine: looks rates up in a table; what the table does not know is a failure, never 0."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding, RoundingMode
from servicecore.plugins.api import (
    PluginContext,
    PluginInfo,
    TaxableLine,
    TaxFailure,
    TaxLine,
    TaxQuote,
    TaxRequest,
    TaxRounding,
    hookimpl,
)
from servicecore.plugins.builtin.tax_rates import ANY, ExemptionCertificate, RateTableSettings, TaxRate

UNKNOWN_JURISDICTION: Final = ProblemKind(
    "tax.unknown_jurisdiction",
    en="{value} has no rate in the tax table; accepted: {accepted}",
    it="{value} non ha aliquote nella tabella; valori ammessi: {accepted}",
    de="{value} hat keinen Satz in der Steuertabelle; zulässig: {accepted}",
)
UNKNOWN_CATEGORY: Final = ProblemKind(
    "tax.unknown_category",
    en="tax category {value} has no rate in {place}; accepted: {accepted}",
    it="la categoria fiscale {value} non ha aliquote in {place}; valori ammessi: {accepted}",
    de="Steuerkategorie {value} hat in {place} keinen Satz; zulässig: {accepted}",
)
NO_RATE_ON_DATE: Final = ProblemKind(
    "tax.no_rate_on_date",
    en="no rate of {category} in {place} is valid on {value}; accepted: {accepted}",
    it="nessuna aliquota {category} in {place} è valida il {value}; valori ammessi: {accepted}",
    de="am {value} gilt in {place} kein Satz für {category}; zulässig: {accepted}",
)
UNKNOWN_EXEMPTION: Final = ProblemKind(
    "tax.unknown_exemption",
    en="exemption {value} cannot be used: {why}; accepted: {accepted}",
    it="l'esenzione {value} non è utilizzabile: {why}; valori ammessi: {accepted}",
    de="Befreiung {value} ist nicht verwendbar: {why}; zulässig: {accepted}",
)
TAX_CURRENCY: Final = ProblemKind(
    "tax.mixed_currencies",
    en="{value} is not in the currency of the request; accepted: {accepted}",
    it="{value} non è nella valuta della richiesta; valori ammessi: {accepted}",
    de="{value} ist nicht in der Währung der Anfrage; zulässig: {accepted}",
)

_NAME: Final = "rate-table"


@frozen
class _Share:
    """The exact tax of one line in one jurisdiction, before any rounding."""

    line: TaxableLine
    row: TaxRate
    exact: Decimal
    exemption: str


class RateTableEngine:
    """Computes tax from a table of rates.

    A region's row replaces the country's, or comes on top of it where the row says so. Prices that include tax are
    divided by one plus the sum of their rates. With rounding per document the one rounded total is parted over the
    lines by largest remainder, so that they still sum to it.
    """

    name: Final = _NAME

    def __init__(self, table: RateTableSettings) -> None:
        self._table = table
        self.digits = table.digits

    def quote(self, request: TaxRequest, context: PluginContext) -> TaxQuote | TaxFailure:
        """Return the tax of every line, or why it cannot be told (``tax.unknown_jurisdiction``, ...)."""
        foreign = [line for line in request.lines if line.amount.currency != request.currency]
        if foreign:
            return _failure(TAX_CURRENCY.at(foreign[0].key, value=foreign[0].amount, accepted=request.currency))
        certificate = self._certificate(request)
        if isinstance(certificate, Problem):
            return _failure(certificate)
        shares: list[_Share] = []
        for line in request.lines:
            rows = self._rows(request, line)
            if isinstance(rows, Problem):
                context.log.info("no tax for %s: %s", line.key, rows.code)
                return _failure(rows.under(line.key))
            covers = certificate is not None and certificate.covers(request.country, line.category)
            reason = certificate.reason if certificate and covers else ""
            shares += _shares(line, rows, request, [reason or _recorded(request, row) for row in rows])
        return self._quote(request, tuple(shares))

    def _quote(self, request: TaxRequest, shares: tuple[_Share, ...]) -> TaxQuote:
        rounding = self._table.rounding_rule
        currency = request.currency
        if self._table.rounding is TaxRounding.PER_DOCUMENT:
            amounts = _document_amounts(shares, rounding, currency)
        else:
            amounts = tuple(Money(share.exact, currency).round(rounding) for share in shares)
        lines = tuple(_tax_line(share, amount) for share, amount in zip(shares, amounts, strict=True))
        if request.prices_include_tax:
            lines = tuple(evolve(line, base=line.base - _tax_of(line.key, lines, currency)) for line in lines)
        return TaxQuote(_NAME, lines, sum_money(amounts, currency), self._table.rounding)

    def _certificate(self, request: TaxRequest) -> ExemptionCertificate | Problem | None:
        if not request.exemption:
            return None
        ids = ", ".join(each.id for each in self._table.exemptions) or "none is configured"
        for each in self._table.exemptions:
            if each.id == request.exemption:
                if each.customer and each.customer != request.customer:
                    return _unusable(request.exemption, "it belongs to another customer", "the customer's own")
                if not each.holds_on(request.on):
                    return _unusable(request.exemption, f"not valid on {request.on}", "a valid certificate")
                return each
        return None if request.exemption_in else _unusable(request.exemption, "not known", ids)

    def _rows(self, request: TaxRequest, line: TaxableLine) -> tuple[TaxRate, ...] | Problem:
        of_country = tuple(row for row in self._table.rates if row.country == request.country)
        place = of_country or tuple(row for row in self._table.rates if row.country == ANY)
        if not place:
            known = ", ".join(sorted({row.country for row in self._table.rates})) or "none is configured"
            value = repr(request.country) if request.country else "an unknown place"
            return UNKNOWN_JURISDICTION.at("", value=value, accepted=known)
        country = tuple(row for row in place if not row.region)
        region = tuple(row for row in place if row.region and row.region == request.region)
        own = _of_category(region, line.category)
        extra = self._valid(own, request, line) if own else ()
        if isinstance(extra, Problem) or (extra and not extra[0].on_top):
            return extra
        if not country and not region:
            known = ", ".join(sorted({row.region for row in place}))
            value = f"{request.country}-{request.region or '?'}"
            return UNKNOWN_JURISDICTION.at("", value=value, accepted=f"a region of {request.country}: {known}")
        base = _of_category(country, line.category)
        if not base:
            known = ", ".join(sorted({row.category for row in (*country, *region)}))
            return UNKNOWN_CATEGORY.at("", value=repr(line.category), place=request.country, accepted=known)
        found = self._valid(base, request, line)
        return found if isinstance(found, Problem) else (*found, *extra)

    def _valid(
        self, rows: tuple[TaxRate, ...], request: TaxRequest, line: TaxableLine
    ) -> tuple[TaxRate, ...] | Problem:
        found = tuple(row for row in rows if row.holds_on(request.on))
        if found:
            return found
        periods = ", ".join(f"{row.valid_from or '...'} to before {row.valid_until or '...'}" for row in rows)
        return NO_RATE_ON_DATE.at(
            "", value=request.on, category=line.category, place=rows[0].authority, accepted=periods
        )


def _of_category(rows: tuple[TaxRate, ...], category: str) -> tuple[TaxRate, ...]:
    exact = tuple(row for row in rows if row.category == category)
    return exact or tuple(row for row in rows if row.category == ANY)


def _recorded(request: TaxRequest, row: TaxRate) -> str:
    """Return the certificate recorded with the customer where it holds for the row's tax; empty otherwise."""
    place = f"{row.country}-{row.region}" if row.region else request.country
    inside = place == request.exemption_in or place.startswith(f"{request.exemption_in}-")
    return request.exemption if request.exemption_in and inside else ""


def _shares(
    line: TaxableLine, rows: tuple[TaxRate, ...], request: TaxRequest, exemptions: list[str]
) -> tuple[_Share, ...]:
    divisor = Decimal(1)
    if request.prices_include_tax:
        for row, exemption in zip(rows, exemptions, strict=True):
            divisor = EXACT.add(divisor, Decimal(0) if exemption else row.rate)
    amount = line.amount.amount
    return tuple(
        _Share(line, row, Decimal(0), exemption)
        if exemption
        else _Share(line, row, EXACT.divide(EXACT.multiply(amount, row.rate), divisor), "")
        for row, exemption in zip(rows, exemptions, strict=True)
    )


def _tax_line(share: _Share, amount: Money) -> TaxLine:
    return TaxLine(
        key=share.line.key,
        jurisdiction=share.row.authority,
        category=share.line.category,
        rate=Decimal(0) if share.exemption else share.row.rate,
        base=share.line.amount,
        amount=amount,
        exemption=share.exemption,
    )


def _tax_of(key: str, lines: tuple[TaxLine, ...], currency: str) -> Money:
    return sum_money((line.amount for line in lines if line.key == key), currency)


def _document_amounts(shares: tuple[_Share, ...], rounding: Rounding, currency: str) -> tuple[Money, ...]:
    """Round the total once; cut every share down to a step and hand the steps left over to the largest fractions.

    The shares have exact values of either sign, so no part is more than one step from its own; splitting the total in
    proportion could move one further.
    """
    down = Rounding(RoundingMode.FLOOR, rounding.digits)
    total = sum_money((Money(share.exact, currency) for share in shares), currency).round(rounding)
    floors = [Money(share.exact, currency).round(down) for share in shares]
    digits = currency_digits(currency) if rounding.digits is None else rounding.digits
    left = int(EXACT.scaleb((total - sum_money(floors, currency)).amount, digits))
    fractions = [EXACT.subtract(share.exact, floor.amount) for share, floor in zip(shares, floors, strict=True)]
    luckiest = sorted(range(len(shares)), key=lambda number: (-fractions[number], number))[:left]
    step = Money(Decimal(1).scaleb(-digits), currency)
    return tuple(floor + step if number in luckiest else floor for number, floor in enumerate(floors))


def _unusable(certificate: str, why: str, accepted: str) -> Problem:
    return UNKNOWN_EXEMPTION.at("exemption", value=repr(certificate), why=why, accepted=accepted)


def _failure(problem: Problem) -> TaxFailure:
    return TaxFailure(_NAME, problem.code, problem.text(), problem)


@hookimpl
def servicecore_plugin_info() -> PluginInfo:
    """Return who the plugin is."""
    return PluginInfo(
        id=_NAME,
        version="1.0",
        api="1.0",
        title="Tax by a table of rates",
        vendor="servicecore",
        settings_model=RateTableSettings,
    )


@hookimpl
def servicecore_tax_engines(context: PluginContext) -> tuple[RateTableEngine, ...]:
    """Return the engine called ``rate-table`` over the configured table."""
    return (RateTableEngine(context.settings_as(RateTableSettings)),)
