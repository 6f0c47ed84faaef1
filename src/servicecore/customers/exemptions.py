"""Certificates that free a customer from tax."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id


@frozen(field_transformer=checked_fields)
class TaxExemption:
    """A certificate that frees a customer from tax in one jurisdiction.

    Attributes:
        certificate: its number, which invoices quote.
        jurisdiction: where it holds: ``IT``, ``US-CA``; a country's certificate holds in its regions too.
        valid_until: the last civil day on which it holds; None for one without end.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    certificate: str = field(validator=lambda _self, _attribute, value: check_id(value, "certificate") and None)
    jurisdiction: str = field(validator=lambda _self, _attribute, value: check_id(value, "jurisdiction") and None)
    valid_until: date | None = None

    def holds(self, jurisdiction: str, on: date) -> bool:
        """Return whether it frees from tax in ``jurisdiction`` on the civil day ``on``."""
        inside = jurisdiction == self.jurisdiction or jurisdiction.startswith(f"{self.jurisdiction}-")
        return inside and (self.valid_until is None or on <= self.valid_until)
