"""What an offer takes off one unit or one set: a percentage, an amount, or all above a fixed price."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED

_ALL: Final = Decimal(100)


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 < percent <= _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="above 0, up to 100")
    return percent


def _amount(value: object) -> Decimal:
    amount = exact_decimal(value, "amount")
    if amount <= 0:
        raise NOT_ACCEPTED.error("amount", value=amount, accepted="an amount above 0")
    return amount


def _price(value: object) -> Decimal:
    price = exact_decimal(value, "price")
    if price < 0:
        raise NOT_ACCEPTED.error("price", value=price, accepted="a price of 0 or more")
    return price


@frozen
class PercentCut:
    """``percent`` off the unit or set; 10 is 10 percent; above 0, up to 100.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    percent: Decimal = field(converter=_percent)


@frozen
class AmountCut:
    """``amount`` off the unit or set, at most its price; major units of the problem's currency, above 0.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    amount: Decimal = field(converter=_amount)


@frozen
class PriceCut:
    """The unit or set costs ``price`` where that is lower; major units of the problem's currency, 0 or more.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    price: Decimal = field(converter=_price)


Cut: TypeAlias = PercentCut | AmountCut | PriceCut
"""Every way to lower the price of a unit or set."""
