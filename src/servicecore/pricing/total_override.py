"""The total discount by hand, as a cart asks for it (CC 8.1)."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED


def whole_and_not_negative(_self: object, _attribute: object, value: Money) -> None:
    """Refuse a sub-total below 0 or with parts of a minor unit (``value.not_accepted``)."""
    if value.amount < 0 or not value.is_rounded():
        raise NOT_ACCEPTED.error("subtotal", value=value, accepted="0 or more, in whole minor units")


@frozen(field_transformer=checked_fields)
class TotalOverride:
    """The sub-total of the lines, lowered by hand after every offer and coupon (A08, CC 8.1).

    Attributes:
        subtotal: what all lines are to cost together, before charges, tax included or not as the book's prices.
        reason: reason code, required.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    subtotal: Money = field(validator=whole_and_not_negative)
    reason: str
