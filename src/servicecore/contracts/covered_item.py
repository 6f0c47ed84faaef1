"""Covered items: what a contract is about, by customer, item group or serial number."""

from __future__ import annotations

from datetime import date
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED


class CoverageScope(Enum):
    """What a covered item names: everything of the customer, a group of items, or one piece of equipment."""

    CUSTOMER = "customer"
    ITEM_GROUP = "item_group"
    SERIAL = "serial"


@frozen(field_transformer=checked_fields)
class CoveredItem:
    """One thing that the contract covers (specs: contracts 2).

    Attributes:
        scope: what ``reference`` is.
        reference: id of the item group, or the serial number; empty for the whole customer and only then.
        item: catalogue item of a serial number, or empty.
        start: first civil day; None is the contract's.
        last_day: last civil day, inclusive; None is the contract's.

    """

    scope: CoverageScope
    reference: str = field(default="")
    item: str = ""
    start: date | None = None
    last_day: date | None = field(default=None)

    @reference.validator
    def _check_reference(self, _attribute: object, value: str) -> None:
        if (self.scope is CoverageScope.CUSTOMER) == bool(value):
            accepted = "none for the whole customer, else an item group or a serial number"
            raise NOT_ACCEPTED.error("covered.reference", value=repr(value), accepted=accepted)

    @last_day.validator
    def _check_last_day(self, _attribute: object, value: date | None) -> None:
        if value is not None and self.start is not None and value < self.start:
            raise NOT_ACCEPTED.error("covered.last_day", value=value, accepted=f"{self.start} or later")

    def includes(self, day: date) -> bool:
        """Return whether the item is covered on ``day``, as far as its own dates go."""
        return (self.start is None or self.start <= day) and (self.last_day is None or day <= self.last_day)
