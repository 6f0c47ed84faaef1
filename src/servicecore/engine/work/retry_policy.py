"""The retry policy: how often failed work is tried again, and after which pauses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import field, frozen, validators

from servicecore.kernel.problems import NOT_ACCEPTED

_MOST_DOUBLINGS: Final = 20


def _pause(_self: object, attribute: object, value: timedelta) -> None:
    if value <= timedelta(0):
        raise NOT_ACCEPTED.error(getattr(attribute, "name", ""), value=str(value), accepted="more than nothing")


@frozen
class RetryPolicy:
    """How often failed work is tried again before it is parked, and after which pauses.

    The pause doubles with every failure: with the defaults 1, 2, 4, 8, 16, 32 and 60 minutes, then it is parked.

    Attributes:
        attempts: how many failures park it; at least 1.
        first_pause: between the first failure and the second attempt; more than nothing.
        longest_pause: what the doubling stops at; more than nothing.

    """

    attempts: int = field(default=8, validator=validators.ge(1))
    first_pause: timedelta = field(default=timedelta(minutes=1), validator=_pause)
    longest_pause: timedelta = field(default=timedelta(hours=1), validator=_pause)

    def retry_at(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again after the ``attempts``-th failure at ``now``; None where it is to be parked."""
        if attempts >= self.attempts:
            return None
        factor = 1 << min(attempts - 1, _MOST_DOUBLINGS)
        return now + min(self.first_pause * factor, self.longest_pause)
