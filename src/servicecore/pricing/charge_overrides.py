"""Charges that somebody changes or adds by hand, on the cart; the limits stand in the override policy (CC 8)."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.charge_category import ChargeCategory


def _whole_and_not_negative(_self: object, _attribute: object, value: Money) -> None:
    if value.amount < 0 or not value.is_rounded():
        raise NOT_ACCEPTED.error("amount", value=value, accepted="0 or more, in whole minor units")


@frozen(field_transformer=checked_fields)
class ChargeOverride:
    """The amount of a charge, set by hand; what the rule says stays in the explanation (A08, CC 3.2).

    Attributes:
        charge: the charge's id.
        amount: the new amount, tax included or not as the book's prices; 0 is a value.
        reason: reason code, required.
        line: number of the line whose charge it is; 0 for a charge of the whole order.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    charge: str
    amount: Money = field(validator=_whole_and_not_negative)
    reason: str
    line: int = 0


@frozen(field_transformer=checked_fields)
class AddedCharge:
    """A charge that no rule makes and somebody adds by hand (CC 8.1; specs: orders 4).

    Attributes:
        id: what the charge is called; no rule that charges the same cart may have it.
        amount: tax included or not as the book's prices; for each unit of the line where ``per_unit``.
        reason: reason code, required.
        line: number of the line that it is for; 0 for the whole order.
        per_unit: whether ``amount`` is for each unit of the line.
        tax_category: for the tax engine; empty is not taxed.
        category: what it is for.
        refundable: whether, ``per_unit``, it is given back for units that come back.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    amount: Money = field(validator=_whole_and_not_negative)
    reason: str
    line: int = 0
    per_unit: bool = field(default=False)
    tax_category: str = ""
    category: ChargeCategory = ChargeCategory.OTHER
    refundable: bool = True

    @per_unit.validator
    def _check_per_unit(self, _attribute: object, value: bool) -> None:
        if value and not self.line:
            raise NOT_ACCEPTED.error("per_unit", value=value, accepted="per_unit for a charge of one line")
