"""What a charge is for: offers on shipping lower one kind, an invoice names another."""

from __future__ import annotations

from enum import Enum


class ChargeCategory(Enum):
    """What a charge is for (CC 3.2; specs: orders 4): delivery, handling, work on the goods, or something else."""

    SHIPPING = "shipping"
    HANDLING = "handling"
    PERSONALISATION = "personalisation"
    OTHER = "other"
