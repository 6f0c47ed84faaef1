"""The processes of every installation."""

from __future__ import annotations

from typing import Final

from servicecore.engine.process import Process
from servicecore.engine.processes.bill_contract import CONTRACT_TO_CREDIT, CONTRACT_TO_INVOICE
from servicecore.engine.processes.book_captures import CAPTURE_TO_INVOICE
from servicecore.engine.processes.book_refunds import REFUND_TO_CREDIT_MEMO
from servicecore.engine.processes.invoice_order import MATCH_TO_CREDIT, ORDER_TO_INVOICE, RETURN_TO_CREDIT
from servicecore.engine.processes.issue_gift_cards import ORDER_TO_GIFT_CARD
from servicecore.engine.processes.reissue_codes import REDEMPTION_TO_CODE

PROCESSES: Final[tuple[Process, ...]] = (
    ORDER_TO_INVOICE,
    CAPTURE_TO_INVOICE,
    ORDER_TO_GIFT_CARD,
    RETURN_TO_CREDIT,
    MATCH_TO_CREDIT,
    REFUND_TO_CREDIT_MEMO,
    CONTRACT_TO_INVOICE,
    CONTRACT_TO_CREDIT,
    REDEMPTION_TO_CODE,
)
"""In the order in which they see an event."""
