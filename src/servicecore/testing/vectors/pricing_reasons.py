"""What the pricing vectors call the reasons of servicecore's problems."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_NAMES: Final = MappingProxyType(
    {
        "pricing.offer_code_unknown": {"unknown_code"},
        "pricing.code_typed_before": {"already_applied"},
        "pricing.offer_code_outside_dates": {"code_expired", "not_started"},
        "pricing.offer_code_limit": {"code_limit_reached", "limit_reached"},
        "pricing.offer_code_customer_limit": {"customer_limit_reached"},
        "pricing.offer_code_login_required": {"login_required"},
        "pricing.offer_expired": {"promotion_expired"},
        "pricing.offer_not_started": {"not_started"},
        "pricing.offer_limit": {"promotion_limit_reached", "limit_reached"},
        "pricing.offer_customer_limit": {"customer_limit_reached"},
        "pricing.offer_login_required": {"login_required"},
        "pricing.offer_budget": {"budget_exceeded"},
        "pricing.offer_gives_nothing": {"conditions_not_met"},
        "pricing.offer_currency": {"conditions_not_met"},
        "pricing.offer_no_line": {"conditions_not_met"},
        "pricing.condition_channel": {"not_in_channel"},
        "pricing.condition_value": {"below_minimum", "conditions_not_met"},
        "pricing.condition_value_above": {"below_or_equal_minimum", "conditions_not_met"},
        "pricing.condition_quantity": {"below_minimum", "conditions_not_met"},
        "pricing.condition_distinct_items": {"below_minimum", "conditions_not_met"},
        "pricing.condition_first_order": {"not_first_order", "conditions_not_met"},
        "pricing.condition_order_number": {"conditions_not_met"},
        "pricing.condition_currency": {"conditions_not_met"},
        "pricing.condition_contains": {"conditions_not_met"},
        "pricing.condition_customer_group": {"conditions_not_met"},
        "pricing.condition_customer_flag": {"conditions_not_met"},
        "pricing.condition_attribute": {"conditions_not_met"},
        "pricing.condition_shipping": {"conditions_not_met"},
    }
)


def named_like(code: str, reason: str) -> bool:
    """Return whether a problem's code says the same as a vector's reason."""
    return reason in _NAMES.get(code, ())
