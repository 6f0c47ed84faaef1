"""The words of documents in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from servicecore.kernel.problems import Text

LABELS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "shipment": Text("Invoice", "Fattura", "Rechnung"),
        "contract_period": Text("Invoice", "Fattura", "Rechnung"),
        "credit_memo": Text("Credit note", "Nota di credito", "Gutschrift"),
        "number": Text("Number", "Numero", "Nummer"),
        "date": Text("Date", "Data", "Datum"),
        "due": Text("Payable by", "Da pagare entro", "Zahlbar bis"),
        "customer": Text("Customer", "Cliente", "Kunde"),
        "order": Text("Order", "Ordine", "Auftrag"),
        "contract": Text("Contract", "Contratto", "Vertrag"),
        "period": Text("Period", "Periodo", "Zeitraum"),
        "to": Text("to", "al", "bis"),
        "description": Text("Description", "Descrizione", "Bezeichnung"),
        "quantity": Text("Quantity", "Quantità", "Menge"),
        "net": Text("Net", "Imponibile", "Netto"),
        "tax": Text("Tax", "Imposta", "Steuer"),
        "total": Text("Total", "Totale", "Summe"),
        "paid": Text("Paid", "Pagato", "Bezahlt"),
        "open": Text("To be paid", "Da pagare", "Offen"),
        "corrects": Text("Corrects", "Rettifica", "Berichtigt"),
    }
)


def labels_in(language: str) -> Mapping[str, str]:
    """Return every label in ``language``: ``en``, ``it`` or ``de``."""
    return {name: text.render({}, language) for name, text in LABELS.items()}
