"""The settings of gift cards: how long they and their reservations last, and whether one use keeps others out."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED


def _above_zero(_self: object, attribute: object, value: timedelta | None) -> None:
    if value is not None and value <= timedelta(0):
        raise NOT_ACCEPTED.error(getattr(attribute, "name", ""), value=value, accepted="a duration above 0")


@frozen
class GiftCardPolicy:
    """How gift cards behave in an installation.

    Attributes:
        locks_in_use: whether a card is locked for everything else from the reservation to the posting of a payment
            (CC 12.7); without, several documents share the card's balance.
        reservation_lasts: wall time after which a reservation that was not paid lapses.
        valid_for: wall time after which a card that names no expiry expires; None where it never does.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    locks_in_use: bool = True
    reservation_lasts: timedelta = field(default=timedelta(days=30), validator=_above_zero)
    valid_for: timedelta | None = field(default=None, validator=_above_zero)
