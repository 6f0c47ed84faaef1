"""Source codes in an installation: those that an order may carry, and what their orders brought (A05, CC 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from servicecore.customers import CUSTOMER
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state, states_found
from servicecore.kernel.checked_fields import check_of, must_be
from servicecore.kernel.clock import local_date
from servicecore.kernel.money import Money
from servicecore.orders import ORDER, source_code_sales
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.selectable_source_codes import selectable_source_codes
from servicecore.pricing.source_code_results import (
    SourceCodePlan,
    SourceCodeResult,
    SourceCodeSale,
    source_code_results,
)
from servicecore.pricing.sources import SourceCode

_check_plans: Final = check_of(tuple[SourceCodePlan, ...])
_check_costs: Final = check_of(Mapping)


def source_codes(runtime: Runtime, targeted: str) -> tuple[SourceCode, ...]:
    """Return the codes that an order of today may carry; with a customer's id only those that were mailed to it."""
    book = runtime.books.current()
    mailed = load_state(runtime, CUSTOMER, targeted).source_codes if targeted else None
    return selectable_source_codes(book, local_date(runtime.clock.now(), book.book.zone), mailed)


def results_of_orders(
    runtime: Runtime, plans: Iterable[SourceCodePlan], costs: Mapping[str, Money]
) -> tuple[SourceCodeResult, ...]:
    """Return what the codes of ``plans`` and ``costs`` brought; of the orders only those that carry one are read."""
    plans = _check_plans(plans, "plans")
    for code, cost in _check_costs(costs, "costs").items():
        must_be(cost, Money, f"costs.{code}")
    codes = dict.fromkeys(normalised(each) for each in (*(plan.code for plan in plans), *costs))
    sales: list[SourceCodeSale] = []
    for code in codes:
        for order in states_found(runtime, ORDER, "source_code", code):
            sales.extend(sale for sale in source_code_sales(order) if normalised(sale.code) == code)
    return source_code_results(plans, sales, costs)
