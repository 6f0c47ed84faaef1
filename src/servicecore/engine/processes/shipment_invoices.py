"""The invoices that bill an order's shipments, as the processes around money need them."""

from __future__ import annotations

from typing import Final

from servicecore.billing import INVOICE, Invoice, InvoiceKind
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state

_MOST_INVOICES: Final = 1000


def shipment_invoices(runtime: Runtime, order: str) -> tuple[Invoice, ...]:
    """Return the invoices of the order's shipments, oldest first; credit memos are left out."""
    with runtime.store.reading() as reader:
        ids = reader.find(INVOICE.name, "order", order, limit=_MOST_INVOICES)
    invoices = (load_state(runtime, INVOICE, each) for each in ids)
    shipped = (each for each in invoices if each.kind is InvoiceKind.SHIPMENT)
    return tuple(sorted(shipped, key=lambda each: (each.at, each.source)))
