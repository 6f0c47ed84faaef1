"""What a customer bought: the key by which orders of one customer with one item are found."""

from __future__ import annotations


def bought(customer: str, item: str) -> str:
    """Return what orders of ``customer`` with ``item`` have in the index ``bought``; no id holds a line end."""
    return f"{customer}\n{item}"
