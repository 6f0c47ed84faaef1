"""The number of a gift card: only a digest of it and its last four characters ever enter."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Self

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED

SHORTEST_NUMBER: Final = 16
"""Fewer characters than this could be found out from their digest by trying."""

_LONGEST: Final = 40
_SHOWN: Final = 4
_DIGEST_LENGTH: Final = 64
_HEX: Final = frozenset("0123456789abcdef")


def _check_digest(_self: object, _attribute: object, value: str) -> None:
    if len(value) != _DIGEST_LENGTH or not set(value) <= _HEX:
        raise NOT_ACCEPTED.error("digest", value="a text that is no digest", accepted="what GiftCardCode.read makes")


def _check_last_four(_self: object, _attribute: object, value: str) -> None:
    if len(value) != _SHOWN or not (value.isascii() and value.isalnum()):
        raise NOT_ACCEPTED.error("last_four", value="a text of another shape", accepted="four letters or digits")


@frozen
class GiftCardCode:
    """A gift card's number, as far as it is kept (CC 12.7).

    Attributes:
        digest: SHA-256 of the number, as hex; the card is found by it.
        last_four: the number's last characters, for people.

    Raises:
        InvalidValue: ``value.not_accepted``; the text that was given is never repeated in it.

    """

    digest: str = field(validator=_check_digest, repr=False)
    last_four: str = field(validator=_check_last_four)

    @classmethod
    def read(cls, number: str) -> Self:
        """Return what is kept of ``number`` as it is printed or spoken: blanks, hyphens and case do not count.

        Raises:
            InvalidValue: it does not have 16 to 40 ASCII letters or digits.

        """
        plain = number.replace(" ", "").replace("-", "").upper()
        if not (SHORTEST_NUMBER <= len(plain) <= _LONGEST and plain.isascii() and plain.isalnum()):
            accepted = f"{SHORTEST_NUMBER} to {_LONGEST} letters or digits, blanks and hyphens aside"
            raise NOT_ACCEPTED.error("number", value=f"a number of {len(plain)} characters", accepted=accepted)
        return cls(sha256(plain.encode()).hexdigest(), plain[-_SHOWN:])

    @property
    def masked(self) -> str:
        """Return the number as it may be shown: ``**** 7Q2K``."""
        return f"**** {self.last_four}"
