"""What the figures of an offer may be: percentages, amounts and counts outside it are refused where they are given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED

_ALL: Final = Decimal(100)


def percentage(_self: object, attribute: object, value: Any) -> None:
    """Refuse a percentage below 0 or above 100 (``value.not_accepted``); None is none."""
    if value is not None and not 0 <= value <= _ALL:
        raise NOT_ACCEPTED.error(_name(attribute), value=value, accepted="0 to 100")


def not_negative(_self: object, attribute: object, value: Any) -> None:
    """Refuse an amount, a number or a count below 0 (``value.not_accepted``); None is none."""
    if value is not None and (value.amount if isinstance(value, Money) else value) < 0:
        raise NOT_ACCEPTED.error(_name(attribute), value=value, accepted="0 or more")


def above_zero(_self: object, attribute: object, value: Any) -> None:
    """Refuse a number of 0 or less (``value.not_accepted``); None is none."""
    if value is not None and value <= 0:
        raise NOT_ACCEPTED.error(_name(attribute), value=value, accepted="a number above 0")


def one_or_more(_self: object, attribute: object, value: Any) -> None:
    """Refuse a count below 1 (``value.not_accepted``); None is none."""
    if value is not None and value < 1:
        raise NOT_ACCEPTED.error(_name(attribute), value=value, accepted="1 or more")


def not_blank(_self: object, attribute: object, value: str) -> None:
    """Refuse a text of blanks (``value.not_accepted``)."""
    if not value.strip():
        raise NOT_ACCEPTED.error(_name(attribute), value=repr(value), accepted="a text that is not blank")


def _name(attribute: object) -> str:
    return str(getattr(attribute, "name", ""))
