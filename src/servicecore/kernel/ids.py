"""Typed ids: text at run time, distinct types for the reader and the type checker."""

from __future__ import annotations

from typing import Final, NewType, Protocol

from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE

CustomerId = NewType("CustomerId", str)
ItemId = NewType("ItemId", str)
OrderId = NewType("OrderId", str)
InvoiceId = NewType("InvoiceId", str)
CaseId = NewType("CaseId", str)
ContractId = NewType("ContractId", str)

_MAX_LENGTH: Final = 100


class IdSource(Protocol):
    """Hands out new ids; the only way that they enter."""

    def next(self, kind: str) -> str:
        """Return an id for an aggregate of ``kind`` (``order``) that was never handed out before."""


class CountingIds:
    """Ids that count from 1 for each kind: ``order-1``, ``order-2``; for tests and demonstrations."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, kind: str) -> str:
        """Return the next id of ``kind``."""
        self._last[kind] = self._last.get(kind, 0) + 1
        return f"{kind}-{self._last[kind]}"


def check_id(value: object, path: str) -> str:
    """Return ``value`` where it can be an id: text of 1 to 100 printable characters without blanks at its ends.

    Raises:
        InvalidValue: ``value.wrong_type`` or ``value.not_accepted``.

    """
    if not isinstance(value, str):
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted="text")
    if not value or len(value) > _MAX_LENGTH or value != value.strip() or not value.isprintable():
        raise NOT_ACCEPTED.error(
            path, value=repr(value), accepted="1 to 100 printable characters without blanks at the ends"
        )
    return value
