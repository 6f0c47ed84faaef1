"""The modules that move money, each with the tests that have to notice when it is changed."""

from __future__ import annotations

from typing import Final

MODULES: Final = {
    "kernel/rounding.py": ("tests/kernel/test_rounding.py",),
    "kernel/money.py": ("tests/kernel/test_money.py",),
    "kernel/allocation.py": ("tests/kernel/test_allocation.py",),
    "pricing/charges.py": (
        "tests/pricing/test_explain_charges.py",
        "tests/pricing/test_charges.py",
        "tests/pricing/test_charge_cart.py",
    ),
    "pricing/charge_cart.py": (
        "tests/pricing/test_explain_charges.py",
        "tests/pricing/test_charges.py",
        "tests/pricing/test_charge_cart.py",
    ),
    "pricing/coupons.py": (
        "tests/pricing/test_coupon_terms.py",
        "tests/pricing/test_coupons.py",
        "tests/pricing/test_coupon_budgets.py",
    ),
    "pricing/redemptions/redemption.py": ("tests/pricing/redemptions/test_redemption.py",),
    "pricing/overrides.py": ("tests/pricing/test_overrides.py", "tests/pricing/test_override_refusals.py"),
    "pricing/margin.py": ("tests/pricing/test_margin.py", "tests/pricing/test_deductions.py"),
    "pricing/price_match/terms.py": ("tests/pricing/price_match/test_terms.py",),
    "pricing/price_match/worksheet.py": ("tests/pricing/price_match",),
    "pricing/promised_reward.py": ("tests/pricing/test_promised_reward.py",),
    "billing/gift_cards/card.py": ("tests/billing/gift_cards",),
    "billing/gift_cards/entries.py": ("tests/billing/gift_cards",),
    "billing/ledger.py": ("tests/billing/test_ledger.py", "tests/billing/operations"),
    "billing/payment_plans.py": ("tests/billing/test_payment_plans.py",),
    "orders/line.py": ("tests/orders/test_line.py",),
    "orders/returns.py": ("tests/orders/test_returns.py",),
    "orders/settlement.py": ("tests/orders/test_settlement.py",),
    "orders/refund_amounts.py": (
        "tests/orders/operations/test_match_price.py",
        "tests/orders/operations/test_refund_return.py",
        "tests/orders/operations/test_return_credit.py",
    ),
    "orders/operations/pay_refund.py": (
        "tests/orders/operations/test_pay_refund.py",
        "tests/orders/operations/test_refuse_refund.py",
    ),
    "orders/operations/refund_return.py": (
        "tests/orders/operations/test_refuse_refund.py",
        "tests/orders/operations/test_refund_return.py",
        "tests/orders/operations/test_return_credit.py",
    ),
    "orders/operations/override_total.py": (
        "tests/orders/operations/test_refuse_total.py",
        "tests/orders/operations/test_override_total.py",
    ),
    "orders/operations/restore_total.py": (
        "tests/orders/operations/test_restore_total.py",
        "tests/orders/operations/test_override_total.py",
    ),
    "contracts/proration.py": ("tests/contracts/test_proration.py",),
    "contracts/billing_schedule.py": ("tests/contracts/test_billing_schedule.py",),
}
"""Path below ``src/servicecore`` to the tests; few, so that a mutant takes a fraction of a second."""
