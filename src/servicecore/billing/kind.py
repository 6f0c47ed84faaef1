"""The invoice as a kind of aggregate: its operations, what it is found by, and what it alone may bill."""

from __future__ import annotations

from typing import Final

from servicecore.billing.invoice import Invoice
from servicecore.billing.operations.issue_invoice import ISSUE_INVOICE
from servicecore.billing.operations.record_payment import RECORD_PAYMENT
from servicecore.kernel.operations import AggregateKind


def indexes(invoice: Invoice) -> dict[str, tuple[str, ...]]:
    """Return what an invoice is found by."""
    return {
        "customer": (invoice.customer,),
        "order": (invoice.order,) if invoice.order else (),
        "contract": (invoice.contract,) if invoice.contract else (),
        "source": (invoice.source,),
        "kind": (invoice.kind.value,),
        "status": (invoice.status.value,),
    }


def claims(invoice: Invoice) -> tuple[str, ...]:
    """Return what only one invoice may bill, so that a repeated run does not bill twice."""
    return (f"invoice:{invoice.source}",)


INVOICE: Final = AggregateKind(
    name="invoice",
    state=Invoice,
    operations=(ISSUE_INVOICE, RECORD_PAYMENT),
    indexes=indexes,
    found_by=("customer", "order", "contract", "source", "kind", "status"),
    claims=claims,
)
"""Everything that can be done to an invoice."""
