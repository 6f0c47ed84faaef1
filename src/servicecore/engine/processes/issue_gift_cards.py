"""Order to gift card: every gift card line that is billed becomes a card, once (A13)."""

from __future__ import annotations

from typing import Final

from servicecore.billing import GIFT_CARD, IssueGiftCard
from servicecore.engine.process import Process
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state
from servicecore.kernel.operations import Command
from servicecore.orders import ORDER, ShipmentInvoiced, gift_card_source


def issue_gift_cards(runtime: Runtime, order_id: str, event: ShipmentInvoiced) -> tuple[Command, ...]:
    """Return the commands that issue the cards of the billed lines which are not there yet, at their list price.

    A card whose printed number belongs to another card is issued without one, so that nobody pays for nothing.
    """
    order = load_state(runtime, ORDER, order_id)
    billed = {each.line for each in event.invoice.lines}
    commands: list[Command] = []
    for sale in order.gift_cards:
        line = order.quote.line(sale.line)
        source = gift_card_source(order_id, sale.line)
        if line is None or sale.line not in billed or _is_there(runtime, "source", source):
            continue
        code = sale.code
        if code is not None and _is_there(runtime, "code", code.digest):
            code = None
        commands.append(
            IssueGiftCard(
                amount=line.list_price,
                code=code,
                customer=order.customer,
                recipient=sale.recipient,
                source=source,
            )
        )
    return tuple(commands)


def _is_there(runtime: Runtime, index: str, value: str) -> bool:
    with runtime.store.reading() as reader:
        return bool(reader.find(GIFT_CARD.name, index, value, limit=1))


ORDER_TO_GIFT_CARD: Final = Process("order-to-gift-card", (ShipmentInvoiced,), issue_gift_cards)
