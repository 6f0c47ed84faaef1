"""The acceptance vectors, through the one runner: nothing fails, and the kinds owed so far pass in full."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from servicecore.testing.vectors import run_file

OWED = {
    "pricing": {
        "advertised_price",
        "allocation",
        "best_price",
        "catalogue_price",
        "eligibility",
        "price_resolution",
        "usage_ledger",
        "usage_limits",
        "validity",
    },
    "orders": {"order_totals", "price_match", "proration"},
    "cases": {
        "add_business_days",
        "calendar_error",
        "due",
        "due_back",
        "elapsed",
        "entitlement",
        "entitlement_renew",
        "entitlement_status",
        "intervals",
        "is_open",
        "next_open",
        "sla_timeline",
    },
    "contracts": {
        "align_billing_day",
        "billed_cycles",
        "billed_cycles_probes",
        "billing_run",
        "boundaries",
        "cancel_charge",
        "date_arith",
        "date_arith_chain",
        "day_count",
        "early_end",
        "first_bill_date",
        "fixed_month_days",
        "indexed_renewal_price",
        "interval_state",
        "line_state",
        "local_billing_day",
        "local_date",
        "monthly_value",
        "next_invoice_date",
        "notice_deadline",
        "period_at",
        "period_at_instant",
        "period_end",
        "period_end_property",
        "period_length",
        "period_price",
        "price_uplift",
        "price_uplift_series",
        "proration_amount",
        "proration_factor",
        "renewal",
        "renewal_due",
        "renewal_last_days",
        "renewal_reminder",
        "renewal_term_price",
        "rrule",
        "schedule",
        "term_dates",
        "term_rollforward",
    },
    "call_center": {
        "catalog.space",
        "charges.tier",
        "coupon",
        "delivery.mode",
        "discount.compound",
        "discount.concurrency",
        "discount.marginal_value",
        "discount.overlap",
        "discount.scope",
        "gift_card",
        "margin.alert",
        "margin.purchase",
        "override.charges",
        "override.discount",
        "override.price",
        "override.returns",
        "price.adjustment",
        "price.category_rule",
        "price.price_unit",
        "price.priority",
        "price.trade_agreement",
        "price_match",
        "source_code",
        "tax_group",
    },
}


@pytest.mark.parametrize("name", sorted(OWED))
def test_no_acceptance_vector_fails_and_the_owed_kinds_pass_in_full(name: str) -> None:
    shared = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not shared:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    report = run_file(Path(shared) / "vectors" / f"{name}.json")
    assert not report.failures, "\n".join(map(str, report.failures))
    in_full = {each.kind for each in report.kinds if each.passed and not (each.refused or each.not_supported)}
    assert OWED[name] <= in_full, report.line
    assert report.passed + report.refused + report.not_supported > 0
