"""Mailings: which copies of catalogues went to a customer, by the source codes printed in them."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import NOT_ACCEPTED


def _at_least_one(_self: object, _attribute: object, value: int) -> None:
    if type(value) is not int or value < 1:
        raise NOT_ACCEPTED.error("copies", value=repr(value), accepted="a whole number of 1 or more")


@frozen(field_transformer=checked_fields)
class Mailing:
    """Copies of a catalogue that went to a customer (A05, CC 5.3 and 5.5).

    Attributes:
        source_code: as printed in them.
        mailed_on: civil day on which they left; None is the customer's day when it is recorded.
        copies: how many, 1 or more.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    source_code: str = field(validator=lambda _self, _attribute, value: check_id(value, "source_code") and None)
    mailed_on: date | None = None
    copies: int = field(default=1, validator=_at_least_one)
