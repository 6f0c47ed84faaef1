"""What an order adds to the sales of the source codes that it carries (A05, CC 5.4)."""

from __future__ import annotations

from servicecore.kernel.money import Money
from servicecore.orders.order import Order
from servicecore.orders.quantities import NONE
from servicecore.pricing import SourceCodeSale


def source_code_sales(order: Order) -> tuple[SourceCodeSale, ...]:
    """Return, for each source code of the order, what was invoiced for its lines and what of that came back.

    A line without a code of its own counts for the order's; charges and credits after the invoice count for none. A
    canceled order, and one without codes, has no sales.
    """
    if order.is_canceled:
        return ()
    cart = order.quote.cart
    own = {line.number: line.source_code for line in cart.lines}
    zero = Money.zero(order.currency)
    found: dict[str, tuple[Money, Money]] = {}
    for line in order.lines:
        code = own.get(line.number) or cart.source_code
        if not code:
            continue
        invoiced, returned = found.get(code, (zero, zero))
        back = line.billed_share(NONE, min(line.returned, line.invoiced))
        found[code] = (invoiced + line.billed_amounts.net, returned + back.net)
    return tuple([SourceCodeSale(code, order.id, *amounts) for code, amounts in found.items()])
