"""The tax engine of this project passes the kit that a third party's engine runs, in every way it can be set up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from servicecore.plugins.api import Money, PluginContext, TaxFailure, TaxLine, TaxQuote, TaxRequest
from servicecore.plugins.builtin.rate_table_tax import RateTableEngine
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.testing.tax_engines import BaseTaxEngineContract

TABLE: dict[str, Any] = {
    "rates": [
        {"country": "IT", "rate": "0.22"},
        {"country": "IT", "category": "books", "rate": "0.04"},
        {"country": "IT", "category": "letters", "rate": "0"},
    ],
    "exemptions": [{"id": "EX-1", "reason": "diplomatic mission", "customer": "C-1"}],
}


class RateTable(BaseTaxEngineContract):
    table: ClassVar[dict[str, Any]] = TABLE
    categories: ClassVar[tuple[str, ...]] = ("standard", "books")
    untaxed_category = "letters"
    exemption = "EX-1"

    def make_engine(self) -> RateTableEngine:
        return RateTableEngine(RateTableSettings.model_validate(self.table))


class TestByLine(RateTable):
    pass


class TestByDocument(RateTable):
    table: ClassVar[dict[str, Any]] = {**TABLE, "rounding": "per_document"}


class TestFourDecimals(RateTable):
    table: ClassVar[dict[str, Any]] = {**TABLE, "digits": 4}


class TestExemptionRecordedWithTheCustomer(RateTable):
    exemption = "EX-OF-THE-DESK"
    exemption_in = "IT"


class TestTwoJurisdictions(RateTable):
    """Quebec: the federal 5 % and, on top of it, the provincial 9.975 %."""

    table: ClassVar[dict[str, Any]] = {
        "rates": [
            {"country": "CA", "rate": "0.05"},
            {"country": "CA", "region": "QC", "rate": "0.09975", "on_top": True},
        ],
        "rounding": "per_document",
    }
    country = "CA"
    region = "QC"
    categories = ("standard",)
    currencies = ("CAD", "JPY", "KWD")
    untaxed_category = ""
    exemption = ""


class FlatTax:
    """A third party's engine: ten percent on everything, for prices without tax alone."""

    name = "flat-ten"

    def quote(self, request: TaxRequest, context: PluginContext) -> TaxQuote | TaxFailure:
        if request.prices_include_tax:
            return TaxFailure(self.name, "flat.inclusive", f"prices with tax are not taxed, {context.plugin}")
        lines = tuple(
            TaxLine(
                key=line.key,
                jurisdiction=request.country or "XX",
                category=line.category,
                rate=Decimal("0.10"),
                base=line.amount,
                amount=(line.amount * Decimal("0.10")).round(),
            )
            for line in request.lines
        )
        total = Money.zero(request.currency)
        for line in lines:
            total += line.amount
        return TaxQuote(engine=self.name, lines=lines, total=total)


class TestThirdParty(BaseTaxEngineContract):
    inclusive = False

    def make_engine(self) -> FlatTax:
        return FlatTax()
