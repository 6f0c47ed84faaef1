"""The override permission of a role: how far it may change prices, totals, charges and return credits (CC 8.1)."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final, Self

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.negative_percent import negative_percent

_ALL: Final = Decimal(100)
_NOTHING: Final = Decimal(0)


class FloorCost(Enum):
    """Which cost a floor stands on: the item's own, or the one of the cost history that the margin takes."""

    ITEM_COST = "item_cost"
    MARGIN_COST = "margin_cost"


def _percent(value: object, name: str) -> Decimal | None:
    return None if value is None else exact_decimal(value, name)


def _markup(value: object) -> Decimal | None:
    return _percent(value, "cost_markup_percent")


def _total_discount(value: object) -> Decimal | None:
    return _percent(value, "total_discount_percent")


def _charge_increase(value: object) -> Decimal | None:
    return _percent(value, "charge_increase_percent")


def _charge_decrease(value: object) -> Decimal | None:
    return _percent(value, "charge_decrease_percent")


def _credit_increase(value: object) -> Decimal | None:
    return _percent(value, "credit_increase_percent")


def _credit_decrease(value: object) -> Decimal | None:
    return _percent(value, "credit_decrease_percent")


def _not_negative(_self: object, attribute: object, value: Decimal | None) -> None:
    if value is not None and value < 0:
        path = getattr(attribute, "name", "percent")
        raise negative_percent(path, value, accepted="0 or more, or none for no limit")


@frozen
class FloorCosts:
    """The two costs of one unit that floors stand on, in the cart's currency; None where unknown."""

    item: Decimal | None
    margin: Decimal | None


@frozen(field_transformer=checked_fields)
class OverridePermission:
    """How far a role may go; somebody with several roles has the widest of each.

    Of every percentage None is no limit and 0 is nothing allowed. In AX 2012 a 0 means three things, field by field:
    `from_ax` turns it into ours (CC 8.2).

    Attributes:
        role: the role's name.
        cost_markup_percent: the lowest price is cost * (1 + percent / 100): 5 over a cost of 100 is 105.00. None
            is no floor; 0 is the cost itself.
        floor_cost: which cost the floor stands on.
        total_discount_percent: by how many percent the lines' sub-total may be lowered at most.
        charges_add: whether charges may be added by hand.
        charge_increase_percent: by how many percent of the original a charge may be raised at most.
        charge_decrease_percent: by how many percent of the original a charge may be lowered at most.
        credit_increase_percent: by how many percent the computed credit of a return may be raised at most.
        credit_decrease_percent: by how many percent the computed credit of a return may be lowered at most.

    Raises:
        InvalidValue: ``config.negative_percent``, ``value.not_accepted``, ``value.wrong_type``.

    """

    role: str = field(validator=lambda _self, _attribute, value: check_id(value, "role") and None)
    cost_markup_percent: Decimal | None = field(converter=_markup, default=None, validator=_not_negative)
    floor_cost: FloorCost = FloorCost.MARGIN_COST
    total_discount_percent: Decimal | None = field(converter=_total_discount, default=_NOTHING, validator=_not_negative)
    charges_add: bool = False
    charge_increase_percent: Decimal | None = field(
        converter=_charge_increase, default=_NOTHING, validator=_not_negative
    )
    charge_decrease_percent: Decimal | None = field(
        converter=_charge_decrease, default=_NOTHING, validator=_not_negative
    )
    credit_increase_percent: Decimal | None = field(
        converter=_credit_increase, default=_NOTHING, validator=_not_negative
    )
    credit_decrease_percent: Decimal | None = field(
        converter=_credit_decrease, default=_NOTHING, validator=_not_negative
    )

    @classmethod
    def from_ax(
        cls,
        role: str,
        *,
        cost_markup: Decimal = _NOTHING,
        floor_cost: FloorCost = FloorCost.MARGIN_COST,
        total_discount: Decimal = _NOTHING,
        charges_add: bool = False,
        charge_increase: Decimal = _NOTHING,
        charge_decrease: Decimal = _NOTHING,
        credit_increase: Decimal = _NOTHING,
        credit_decrease: Decimal = _NOTHING,
    ) -> Self:
        """Return the permission that AX 2012 keeps with these percentages (CC 8.2).

        There a markup of 0 is no floor, a 0 for return credits is any amount, and a 0 for charges and for the total
        discount is read as nothing allowed.
        """
        return cls(
            role,
            cost_markup or None,
            floor_cost,
            total_discount,
            charges_add,
            charge_increase,
            charge_decrease,
            credit_increase or None,
            credit_decrease or None,
        )

    def floor(self, costs: FloorCosts) -> Decimal | None:
        """Return the lowest price, exact; None where the cost is unknown. Only for a permission with a floor."""
        cost = costs.item if self.floor_cost is FloorCost.ITEM_COST else costs.margin
        if cost is None:
            return None
        return EXACT.multiply(cost, EXACT.add(_ALL, self.cost_markup_percent or Decimal(0))).scaleb(-2, EXACT)
