"""Headings and status words of the tables, in three languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from servicecore.kernel.problems import Text

LABELS: Final = MappingProxyType(
    {
        "agreed": Text("agreed", "pattuito", "vereinbart"),
        "amount": Text("amount", "importo", "Betrag"),
        "at": Text("at", "quando", "wann"),
        "balance": Text("balance", "saldo", "Saldo"),
        "by": Text("by", "chi", "wer"),
        "captured": Text("captured", "incassato", "eingezogen"),
        "charge": Text("charge", "addebito", "Posten"),
        "credited": Text("credited", "accreditato", "gutgeschrieben"),
        "discount": Text("discount", "sconto", "Rabatt"),
        "event": Text("event", "evento", "Ereignis"),
        "figure": Text("figure", "cifra", "Größe"),
        "freight": Text("freight", "trasporto", "Fracht"),
        "history": Text("history", "storia", "Verlauf"),
        "invoice day": Text("invoice day", "data fattura", "Rechnungstag"),
        "invoiced": Text("invoiced", "fatturato", "berechnet"),
        "item": Text("item", "articolo", "Artikel"),
        "margin": Text("margin", "margine", "Marge"),
        "net": Text("net", "netto", "netto"),
        "open": Text("open", "da pagare", "offen"),
        "paid": Text("paid", "pagato", "bezahlt"),
        "period": Text("period", "periodo", "Zeitraum"),
        "price": Text("price", "prezzo", "Preis"),
        "quantity": Text("qty", "q.tà", "Menge"),
        "reason": Text("reason", "motivo", "Grund"),
        "refunded": Text("refunded", "rimborsato", "erstattet"),
        "sub-total": Text("sub-total", "imponibile", "Zwischensumme"),
        "tax": Text("tax", "imposta", "Steuer"),
        "total": Text("total", "totale", "Summe"),
        "status.approved": Text("approved", "approvato", "genehmigt"),
        "status.open": Text("open", "aperta", "offen"),
        "status.paid": Text("paid", "pagata", "bezahlt"),
        "status.partly_paid": Text("partly paid", "pagata in parte", "teilweise bezahlt"),
    }
)


def label(name: str, locale: str) -> str:
    """Return the label ``name`` in ``locale``; a name that has none (a charge's id) as it is."""
    text = LABELS.get(name)
    return text.render({}, locale) if text is not None else name


def status_label(status: str, locale: str) -> str:
    """Return a status in ``locale``; one without a translation as it is."""
    text = LABELS.get(f"status.{status}")
    return text.render({}, locale) if text is not None else status
