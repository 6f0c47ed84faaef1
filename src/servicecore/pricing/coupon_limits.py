"""What the limits of coupons count: uses and money, of a coupon, a code, a customer, a channel and an offer."""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED

MONEY_PREFIX: Final = "money:"
"""How the names of counters of money begin."""

_DASHES: Final = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
"""Hyphens and dashes of print, and the minus of mathematics, as the hyphen of keyboards."""


class LimitScope(Enum):
    """What a limit is kept for: all codes of the coupon together, each code, customer or channel, or the offer."""

    COUPON = "coupon"
    CODE = "code"
    CUSTOMER = "customer"
    CHANNEL = "channel"
    OFFER = "offer"


class OverBudget(Enum):
    """What happens to an amount that is more than a budget has left: it is refused, or cut to what is left."""

    REFUSE = "refuse"
    CUT = "cut"


def normalised(text: str) -> str:
    """Return a code or a customer's name as it is compared: without blanks, in capitals, in one Unicode form.

    Marks that nobody sees, such as a zero-width space out of a mail, are blanks too, and every dash that a word
    processor puts in the place of a hyphen is one.
    """
    if text.isascii():
        return "".join(text.split()).upper()
    seen = [each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf"]
    capitals = "".join("".join(seen).split()).translate(_DASHES).casefold().upper()
    return unicodedata.normalize("NFKC", capitals)


def _above_nothing(_self: object, _attribute: object, value: Money) -> None:
    if value.amount < 0 or not value.is_rounded():
        raise NOT_ACCEPTED.error("most", value=value, accepted="0 or more, in whole minor units")


@frozen(field_transformer=checked_fields)
class CouponBudget:
    """The most money that a coupon gives.

    Attributes:
        most: in whole minor units; what is given in other currencies does not count against it.
        scope: for what: all codes together, each code, each customer, each channel, or the offer.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    most: Money = field(validator=_above_nothing)
    scope: LimitScope = LimitScope.COUPON


@frozen
class UsageKey:
    """One thing whose uses are counted.

    Attributes:
        scope: what kind of thing.
        owner: id of the coupon; of the offer in the scope OFFER, which all coupons that release it share.
        name: the code, the customer or the channel, normalised; empty in the other scopes.

    """

    scope: LimitScope
    owner: str
    name: str = field(converter=normalised, default="")

    @property
    def counter(self) -> str:
        """Return the name of the store's counter of its uses."""
        if self.scope is LimitScope.OFFER:
            return f"offer:{self.owner}"
        if self.scope is LimitScope.COUPON:
            return f"coupon:{self.owner}"
        return f"coupon:{self.owner}:{self.scope.value}:{self.name}"

    def money_counter(self, currency: str) -> str:
        """Return the name of the store's counter of the money that it got, in minor units of ``currency``."""
        return f"{MONEY_PREFIX}{currency}:{self.counter}"
