"""Cost history: what one unit of an item cost on a day, for the margin and for floors."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.validity import check_order, civil_date


@frozen(field_transformer=checked_fields)
class CostRow:
    """The cost of one unit of an item while it is valid.

    Attributes:
        item: the item's id.
        amount: 0 or more, for one of the item's own unit.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.

    """

    item: str = field(validator=lambda _self, _attribute, value: check_id(value, "item") and None)
    amount: Money
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)

    def __attrs_post_init__(self) -> None:
        if self.amount.amount < 0:
            raise NOT_ACCEPTED.error("amount", value=self.amount, accepted="a cost of 0 or more")
        check_order(self.valid_from, self.valid_until)
