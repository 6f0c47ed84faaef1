"""The documents of an order, as the processes around money need them."""

from __future__ import annotations

from typing import Final

from servicecore.billing import INVOICE, Invoice, InvoiceKind
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state

_MOST_DOCUMENTS: Final = 1000


def shipment_invoices(runtime: Runtime, order: str) -> tuple[Invoice, ...]:
    """Return the invoices of the order's shipments, oldest first; credit memos are left out."""
    return _documents(runtime, order, InvoiceKind.SHIPMENT)


def credit_memos(runtime: Runtime, order: str) -> tuple[Invoice, ...]:
    """Return the credit memos of the order, oldest first."""
    return _documents(runtime, order, InvoiceKind.CREDIT_MEMO)


def _documents(runtime: Runtime, order: str, kind: InvoiceKind) -> tuple[Invoice, ...]:
    with runtime.store.reading() as reader:
        ids = reader.find(INVOICE.name, "order", order, limit=_MOST_DOCUMENTS)
    documents = (load_state(runtime, INVOICE, each) for each in ids)
    found = (each for each in documents if each.kind is kind)
    return tuple(sorted(found, key=lambda each: (each.at, each.source)))
