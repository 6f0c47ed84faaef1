"""The vectors of what orders come to: totals, cancellations, changes of lines, returns and their refunds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.billing import Card, OnAccount
from servicecore.orders import (
    CancelLine,
    LineQuantity,
    OverridePrice,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ShipLines,
)
from servicecore.pricing import Quote
from servicecore.testing.vectors.order_desk import Desk, Sold, money, quoted
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_ZERO: Final = Decimal(0)
_MOVED: Final = {"remove_quantity": "fulfilled", "set_quantity": "below_fulfilled"}


def check_totals(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the figures of a quote of lines, discounts and shipping."""
    given, expected = vector["input"], vector["expected"]
    lines = [_sold(each) for each in given["lines"]]
    shipping = [_sold(each) for each in given.get("shipping", ())]
    quote = quoted(lines, shipping=shipping)
    bare = quoted([_without_discount(each) for each in lines], shipping=[_without_discount(each) for each in shipping])
    charged = sum((each.amount.amount for each in quote.charges), _ZERO)
    goods = sum((line.gross.amount for line in quote.lines), _ZERO)
    before = goods + sum((each.gross.amount for each in quote.charges), _ZERO)
    off = before - sum((line.net.amount for line in quote.lines), _ZERO) - charged
    figures = {
        "subtotal": before,
        "tax": quote.tax.amount,
        "total": quote.total.amount,
        "discount_net": off,
        "discount_gross": bare.total.amount - quote.total.amount,
        "original_total": bare.total.amount,
        "original_tax": bare.tax.amount,
        "line_total": sum(((line.net + line.tax).amount for line in quote.lines), _ZERO),
        "shipping_total": sum(((each.amount + each.tax).amount for each in quote.charges), _ZERO),
    }
    return _figures(expected, figures)


def check_cancel_amounts(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what a line's cancellations take off."""
    given, expected = vector["input"], vector["expected"]
    if "line_total_before_tax" not in given:
        raise NotSupported("money that was taken before anything was sent")
    units = Decimal(given["open_units"])
    total = Decimal(given["line_total_before_tax"])
    desk = Desk()
    desk.place(_of_total(total, units))
    parts = [Decimal(1)] * int(given.get("cancel_one_by_one", 0)) or [Decimal(given["cancel_units"])]
    adjustments = []
    for part in parts:
        before = desk.order.billable
        desk.do(CancelLine("order-1", 1, part))
        adjustments.append(str((desk.order.billable - before).amount))
    if "adjustment" in expected:
        return compare("adjustment", [expected["adjustment"]], adjustments)
    left = str(desk.order.lines[0].billable.net.amount)
    found = compare("adjustments", expected["adjustments"], adjustments)
    return (*found, *compare("line_total_after", Decimal(expected["line_total_after"]), Decimal(left)))


def check_change(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what becomes of a line that is canceled in part, or priced at 0."""
    given, expected = vector["input"], vector["expected"]
    desk = Desk()
    if "action" in given:
        line, action = given["line"], given["action"]
        if action["op"] not in _MOVED:
            raise NotSupported(f"an action {action['op']}")
        desk.place(quoted([Sold(Decimal(10), Decimal(line["qty"]))]))
        desk.send(ShipLines("order-1", (LineQuantity(1, Decimal(line["fulfilled"])),)))
        off = action["qty"] if action["op"] == "remove_quantity" else line["qty"] - action["qty"]
        refused = desk.attempt(CancelLine("order-1", 1, Decimal(off)))
        return compare("outcome", expected["outcome"], f"refused:{_MOVED[action['op']]}" if refused else "ok")
    if "actions" not in given or "lines" not in given:
        raise NotSupported(f"a change with {', '.join(given)}")
    desk.place(quoted([_sold(each) for each in given["lines"]]))
    before = desk.order.billable
    (action,) = given["actions"]
    number = _set_line(desk, given["lines"], action)
    found = compare("difference", Decimal(expected["difference"]), (desk.order.billable - before).amount)
    total = desk.order.lines[number - 1].billable.net.amount
    return (*found, *compare("new_line_total", Decimal(expected["new_line_total"]), total))


def _set_line(desk: Desk, lines: list[Mapping[str, Any]], action: Mapping[str, Any]) -> int:
    """Give a line another price, fewer units, or both, and return its number; an order takes no more units."""
    if action["op"] != "set_line":
        raise NotSupported(f"an action {action['op']}")
    number = [each["id"] for each in lines].index(action["line"]) + 1
    line = desk.order.lines[number - 1]
    fewer = line.ordered - Decimal(action.get("qty", line.ordered))
    if fewer < 0:
        raise NotSupported(f"more units of the line {action['line']}")
    if fewer:
        desk.do(CancelLine("order-1", number, fewer))
    if "unit" in action:
        desk.do(OverridePrice("order-1", number, money(action["unit"])))
    return number


def check_return_quantities(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what becomes of requests to return units."""
    given, expected = vector["input"], vector["expected"]
    desk = Desk()
    desk.place(quoted([_sold(each) for each in given["lines"]]))
    for line in given["lines"]:
        # What left counts; what was packed before, and what arrived after, bounds it.
        if not line.get("delivered", 0) <= line["shipped"] <= line.get("fulfilled", line["shipped"]):
            raise NotSupported(f"a line with {line['shipped']} shipped, beyond what was packed or before what arrived")
    desk.send(ShipLines("order-1", tuple(LineQuantity(int(each["id"]), each["shipped"]) for each in given["lines"])))
    for step, action in enumerate(given["actions"], 1):
        if action["op"] != "return_request":
            raise NotSupported(f"an action {action['op']}")
        if action["line"] is None:
            raise NotSupported("a request without a line, which the command cannot be made of")
        refused = desk.attempt(RequestReturn("order-1", (LineQuantity(int(action["line"]), action["qty"]),)))
        if refused:
            codes = {"orders.wrong_quantity": "exceeds_fulfilled", "orders.unknown_line": "unknown_line"}
            found = compare("outcome", expected["outcome"], f"refused:{codes.get(refused, refused)}")
            return (*found, *compare("at_step", expected.get("at_step", step), step))
    requested = {str(line.number): int(line.return_requested) for line in desk.order.lines}
    found = compare("outcome", expected["outcome"], "ok")
    return (*found, *compare("return_requested", expected.get("return_requested", requested), requested))


def check_refund(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what returns get back, and to which tenders it goes."""
    given, expected = vector["input"], vector["expected"]
    if "payments" in given and "refund" in given:
        return _refunds_to(given, expected)
    if "returned_value" in given:
        desk = _sent([Sold(Decimal(given["returned_value"]))])
        fee = Decimal(given["restocking_fee"]) + Decimal(given["return_shipping_charge"])
        return _figures(expected, {"refund": _returned(desk, 1, 1, RefundReturn("order-1", 1, money(fee)))[2]})
    if "return_items" in given:
        desk = _sent([Sold(Decimal(each)) for each in given["return_items"]])
        back = [_returned(desk, number, 1)[2] for number in range(1, len(given["return_items"]) + 1)]
        return _figures(expected, {"total": sum(back, _ZERO)})
    if "line_tax" in given:
        desk = _sent([Sold(Decimal(100), Decimal(given["qty"]), tax=Decimal(given["line_tax"]))])
        return _figures(expected, {"tax_per_unit": _returned(desk, 1, 1)[1]})
    if given.get("exchange") or "line" not in given or "change" in given:
        raise NotSupported(f"a refund with {', '.join(given)}")
    return _refund_of_line(given, expected)


def _refund_of_line(given: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    if given.get("tax_included"):
        raise NotSupported("a refund of prices that include tax")
    line = given["line"]
    tax = Decimal(given["tax_total"]) if "tax_total" in given else None
    unit, rate = Decimal(line.get("unit_net", line.get("unit"))), Decimal(given.get("tax_rate", 0))
    desk = _sent([Sold(unit, Decimal(line["qty"]), rate, tax)], -Decimal(given.get("order_discount", 0)))
    back = [_returned(desk, 1, each) for each in given.get("returns", [given.get("return_qty")])]
    lists = {
        "net_refunds": [str(net) for net, _tax, _all in back],
        "tax_refunds": [str(tax) for _net, tax, _all in back],
    }
    found = [each for name, got in lists.items() if name in expected for each in compare(name, expected[name], got)]
    net, tax_back = sum((each[0] for each in back), _ZERO), sum((each[1] for each in back), _ZERO)
    figures = {"net_refund": net, "net": net, "tax": tax_back, "refund_total": net + tax_back, "sum": net + tax_back}
    rest = {name: value for name, value in expected.items() if name not in {*lists, "net_refund_exact"}}
    return (*found, *_figures(rest, figures))


def _refunds_to(given: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare who gets money back, in which order; a cheque is an account here."""
    order = given.get("preferred_order", [])
    tenders: list[Card | OnAccount] = []
    for each in given["payments"]:
        method, most = each["method"], money(each["refundable"])
        refundable = method in given.get("eligible", [method])
        priority = order.index(method) if method in order else 0
        if method == "card":
            tenders.append(Card("tok_1", "", most, priority, refundable))
        else:
            tenders.append(OnAccount("", most, priority, refundable))
    desk = Desk()
    desk.place(quoted([Sold(Decimal(given["refund"]))]), tenders)
    desk.send()
    _returned(desk, 1, 1)
    names = [each["method"] for each in given["payments"]]
    ledger = desk.order.ledger
    went = [[names[at], str(ledger.refunded(at).amount)] for at in range(len(names)) if ledger.refunded(at)]
    went.sort(key=lambda each: order.index(each[0]) if each[0] in order else 0)
    found = compare("refunds", expected["refunds"], went)
    left = Decimal(given["refund"]) - ledger.refunded().amount
    return (*found, *compare("unallocated", Decimal(expected.get("unallocated", left)), left))


def _sent(lines: list[Sold], discount: Decimal = _ZERO) -> Desk:
    desk = Desk()
    desk.place(quoted(lines, discount))
    desk.send()
    return desk


def _returned(
    desk: Desk, line: int, units: object, command: RefundReturn | None = None
) -> tuple[Decimal, Decimal, Decimal]:
    """Return net, tax and all that ``units`` of ``line`` get back."""
    desk.do(RequestReturn("order-1", (LineQuantity(line, Decimal(str(units))),)))
    number = len(desk.order.returns)
    desk.do(ReceiveReturn("order-1", number))
    before = desk.order.lines[line - 1]
    parts = before.paid_share(Decimal(str(units)))
    desk.do(RefundReturn("order-1", number) if command is None else command)
    return parts.net.amount, parts.tax.amount, desk.order.returns[-1].refunds[-1].amount.amount


def _sold(given: Mapping[str, Any]) -> Sold:
    return Sold(
        Decimal(given.get("unit", given.get("amount", 0))),
        Decimal(given.get("qty", 1)),
        Decimal(given.get("tax_rate", 0)),
        discount=Decimal(given.get("discount", 0)),
    )


def _without_discount(sold: Sold) -> Sold:
    return Sold(sold.unit, sold.quantity, sold.rate)


def _of_total(total: Decimal, units: Decimal) -> Quote:
    """Return the quote of ``units`` that cost ``total`` together, also where one costs no whole cents."""
    unit = (total / units).quantize(Decimal("0.01"), ROUND_UP)
    return quoted([Sold(unit, units, discount=unit * units - total)])


def _figures(expected: Mapping[str, Any], got: Mapping[str, Decimal]) -> tuple[Mismatch, ...]:
    unknown = [name for name in expected if name not in got]
    if unknown:
        raise NotSupported(f"figures {', '.join(unknown)}")
    return tuple(each for name, value in expected.items() for each in compare(name, Decimal(value), got[name]))


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {
        "cancel_amounts": check_cancel_amounts,
        "order_changes": check_change,
        "order_totals": check_totals,
        "refund_amounts": check_refund,
        "return_quantities": check_return_quantities,
    }
)
"""The groups of order vectors that this module runs."""
