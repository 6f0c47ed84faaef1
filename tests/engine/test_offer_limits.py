"""Limits of automatic offers: counted with the order or not at all, read only where a cart may get such an offer."""

from __future__ import annotations

from typing import Any

from tests.engine.conftest import tea_book

from servicecore import pricing


def book(version: str = "1", **more: Any) -> pricing.PriceBook:
    """Tea at 4.50, pots at 20.00, and a tenth off tea as ``more`` says."""
    offer = pricing.Offer("TEN", pricing.PercentOff(10), target=pricing.Target(items=("tea",)), **more)
    return tea_book(version, offers=(offer,))


def used(shop: Any, counter: str = "offer-uses:TEN") -> int:
    with shop.core.runtime.store.reading() as reader:
        return int(reader.counter(counter))
