"""Net and gross of a basket after offers, by the built-in tax engine with the rates that a vector states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.plugins.api import PluginContext, TaxQuote
from servicecore.plugins.builtin.rate_table_tax import RateTableEngine
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.plugins.scrub import Scrubber, plugin_log
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome
from servicecore.pricing.promotions.basket import Basket
from servicecore.pricing.taxes import TaxableLine, TaxRequest
from servicecore.testing.vectors.verdict import NotSupported

_DAY: Final = date(2026, 1, 15)
_ZERO: Final = Decimal(0)
_CONTEXT: Final = PluginContext(
    "rate-table", FixedClock(datetime(2026, 1, 15, tzinfo=UTC)), plugin_log("rate-table", Scrubber())
)


@frozen
class Document:
    """Net and gross of every line.

    Attributes:
        goods: ids of goods and surcharges.
        net: by id.
        gross: by id.

    """

    goods: frozenset[str]
    net: Mapping[str, Decimal]
    gross: Mapping[str, Decimal]

    def gross_of(self, line: str) -> Decimal:
        """Return a line with tax."""
        return self.gross[line]

    def figure(self, name: str) -> Decimal:
        """Return ``items_net``, ``items_gross``, ``total_net``, ``total_gross`` or ``tax``.

        Raises:
            NotSupported: another figure.

        """
        if name == "tax":
            return self.figure("total_gross") - self.figure("total_net")
        scope, _, kind = name.partition("_")
        if scope not in {"items", "total"} or kind not in {"net", "gross"}:
            raise NotSupported(f"the total {name}")
        amounts = self.net if kind == "net" else self.gross
        return sum((each for line, each in amounts.items() if scope == "total" or line in self.goods), _ZERO)


def document_of(
    given: Mapping[str, Any], semantics: Mapping[str, Any], basket: Basket, outcome: BasketOutcome
) -> Document:
    """Return net and gross of what a basket comes to; surcharges count as goods, and take no part in offers."""
    tax = semantics.get("tax", {})
    rows = [
        (
            line.id,
            line.value - outcome.discount(line.id),
            str(tax.get("rate", line.tax_rate)),
            bool(tax.get("prices_include")),
        )
        for line in basket.lines
    ]
    surcharges = [
        (each["id"], Decimal(each["price"]), str(each.get("tax_rate", 0)), bool(each.get("price_includes_tax")))
        for each in given.get("surcharges", ())
    ]
    net: dict[str, Decimal] = {}
    gross: dict[str, Decimal] = {}
    for name, amount, rate, inclusive in (*rows, *surcharges):
        value = Money(amount, basket.currency).round()
        part = _tax(value, rate, inclusive=inclusive)
        net[name] = (value - part).amount if inclusive else value.amount
        gross[name] = value.amount if inclusive else (value + part).amount
    goods = {line.id for line in basket.lines if not line.shipping} | {row[0] for row in surcharges}
    return Document(frozenset(goods), net, gross)


def _tax(value: Money, rate: str, *, inclusive: bool) -> Money:
    table = RateTableSettings.model_validate(
        {"rates": [{"country": "*", "category": "*", "rate": str(Decimal(rate).scaleb(-2))}]}
    )
    request = TaxRequest(
        value.currency, (TaxableLine("line:1", "standard", value),), _DAY, prices_include_tax=inclusive
    )
    answer = RateTableEngine(table).quote(request, _CONTEXT)
    if not isinstance(answer, TaxQuote):
        raise NotSupported(answer.reason)
    return answer.total
