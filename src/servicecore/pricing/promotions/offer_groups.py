"""Groups of offers of which a cart gets one."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.pricing.promotions.field_checks import not_blank


class Keep(Enum):
    """Which offer of a group a cart gets, of those that give something: what takes most off, least, or comes first."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    FIRST = "first"


@frozen(field_transformer=checked_fields)
class OfferGroup:
    """A group of offers of which a cart gets one.

    What each of them takes off all lines is compared when the first of them has its turn; of equal ones the earlier
    wins. Offers on lines come before offers on the order: where one of them was applied, no other of its group is.
    Selections in which offers compete let the one compete; under ``OPTIMAL`` the highest is the one that the best
    combination has, and the lowest or the first is chosen before.

    Attributes:
        name: what offers name.
        keep: which of them.

    """

    name: str = field(validator=not_blank)
    keep: Keep = Keep.HIGHEST
