"""Processes: what one room's event makes another room do."""

from servicecore.engine.processes.bill_contract import CONTRACT_TO_CREDIT, CONTRACT_TO_INVOICE
from servicecore.engine.processes.book_captures import CAPTURE_TO_INVOICE
from servicecore.engine.processes.invoice_order import ORDER_TO_INVOICE, RETURN_TO_CREDIT

PROCESSES = (ORDER_TO_INVOICE, CAPTURE_TO_INVOICE, RETURN_TO_CREDIT, CONTRACT_TO_INVOICE, CONTRACT_TO_CREDIT)
"""The processes of every installation, in the order in which they see an event."""

__all__ = [
    "CAPTURE_TO_INVOICE",
    "CONTRACT_TO_CREDIT",
    "CONTRACT_TO_INVOICE",
    "ORDER_TO_INVOICE",
    "PROCESSES",
    "RETURN_TO_CREDIT",
]
