"""What the pricing vectors call the reasons of servicecore's problems."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_NAMES: Final = MappingProxyType(
    {
        "deal.unknown_code": {"unknown_code"},
        "deal.code_already_applied": {"already_applied"},
        "deal.code_expired": {"code_expired", "not_started"},
        "deal.code_limit_reached": {"code_limit_reached", "limit_reached"},
        "deal.code_customer_limit_reached": {"customer_limit_reached"},
        "deal.code_login_required": {"login_required"},
        "deal.expired": {"promotion_expired"},
        "deal.not_started": {"not_started"},
        "deal.not_in_channel": {"not_in_channel"},
        "deal.limit_reached": {"promotion_limit_reached", "limit_reached"},
        "deal.customer_limit_reached": {"customer_limit_reached"},
        "deal.login_required": {"login_required"},
        "deal.budget_exceeded": {"budget_exceeded"},
        "deal.below_minimum": {"below_minimum", "conditions_not_met"},
        "deal.too_few_units": {"below_minimum", "conditions_not_met"},
        "deal.too_few_items": {"below_minimum", "conditions_not_met"},
        "deal.not_above_minimum": {"below_or_equal_minimum", "conditions_not_met"},
        "deal.not_first_order": {"not_first_order", "conditions_not_met"},
        "deal.other_order_number": {"conditions_not_met"},
        "deal.other_currency": {"conditions_not_met"},
        "deal.not_contained": {"conditions_not_met"},
        "deal.wrong_customer": {"conditions_not_met"},
        "deal.wrong_attribute": {"conditions_not_met"},
        "deal.other_shipping": {"conditions_not_met"},
        "deal.gives_nothing": {"conditions_not_met"},
    }
)


def named_like(code: str, reason: str) -> bool:
    """Return whether a problem's code says the same as a vector's reason."""
    return reason in _NAMES.get(code, ())
