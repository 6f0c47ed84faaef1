"""Validity in civil days, both ends included, as price lists, offers and coupons state it (CC 1)."""

from __future__ import annotations

from datetime import date
from typing import Final

from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE

FIRST_DAY: Final = 0
LAST_DAY: Final = date.max.toordinal() + 1


def civil_date(_self: object, attribute: object, value: date | None) -> None:
    """Refuse anything but a date without time (an attrs validator): a day is a day of the book's zone.

    Raises:
        InvalidValue: ``value.wrong_type``.

    """
    if value is None or type(value) is date:
        return
    path = getattr(attribute, "name", "date")
    raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted="a date without time, or none")


def check_order(valid_from: date | None, valid_until: date | None) -> None:
    """Refuse a last day before the first.

    Raises:
        InvalidValue: ``value.not_accepted`` at ``valid_until``.

    """
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        accepted = f"{valid_from} or a later day"
        raise NOT_ACCEPTED.error("valid_until", value=valid_until, accepted=accepted)


def first_day(valid_from: date | None) -> int:
    """Return the first valid day as a number of days, for comparisons without objects."""
    return FIRST_DAY if valid_from is None else valid_from.toordinal()


def last_day(valid_until: date | None) -> int:
    """Return the last valid day, itself included, as a number of days."""
    return LAST_DAY if valid_until is None else valid_until.toordinal()


def in_words(valid_from: date | None, valid_until: date | None) -> str:
    """Return the validity for a problem's text: ``2026-01-01 to 2026-01-31``, or what there is of it."""
    if valid_from is None:
        return "any day" if valid_until is None else f"until {valid_until}"
    return f"from {valid_from} on" if valid_until is None else f"{valid_from} to {valid_until}"
