"""The vectors of price matches: records by their states, what can be matched, and what is refused after the invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.operations import Command, Decision, Refusal, after, judge
from servicecore.orders import (
    ORDER,
    Amounts,
    BilledPart,
    MatchedPart,
    MatchPrice,
    Order,
    OrderLine,
    OrderPolicy,
)
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match import (
    PRICE_MATCH,
    ApprovePriceMatch,
    ChangePriceMatch,
    CompetitorPrice,
    PriceMatch,
    PriceMatchFacts,
    PriceMatchPolicy,
    PriceMatchStatus,
    RejectPriceMatch,
)
from servicecore.testing.vectors.order_desk import NOW, Desk, Sold, facts_of, money, quoted
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare


def check_record(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what becomes of an edit or a new status of a record."""
    given = vector["input"]
    if "line" in given:
        return compare("outcome", vector["expected"]["outcome"], _match_of_bundle(given))
    record = PriceMatch(
        id="pm-1",
        item="item",
        price=CompetitorPrice("rival", money(10)),
        min_quantity=Decimal(1),
        description="as it was",
        created_at=NOW,
        created_by="vectors",
        decision=PriceMatchStatus(given["status"]),
    )
    decision = judge(PRICE_MATCH, record, _edit(given), facts_of(PriceMatchPolicy()))
    outcome = "ok"
    if isinstance(decision, Refusal):
        outcome = f"refused:{decision.problems[0].code.removeprefix('price_match.')}"
    return compare("outcome", vector["expected"]["outcome"], outcome)


def _match_of_bundle(given: Mapping[str, Any]) -> str:
    """Return what becomes of a match for the line of a bundle, or of its component, after the invoice."""
    lines = {"bundle": 1, "bundle_parent": 1, "bundle_component": 2}
    if given["line"] not in lines or given.get("attempt") != "price_match":
        raise NotSupported(f"{given}: another attempt on another line")
    desk = Desk()
    desk.place(quoted([Sold(Decimal(50)), Sold(Decimal(20), component_of=1)]))
    desk.send()
    known = PriceMatchFacts(None, FloorCosts(None, None), OverridePolicy())
    command = MatchPrice("order-1", lines[given["line"]], price=CompetitorPrice("rival", money(10)))
    decision = judge(ORDER, desk.order, command, facts_of(OrderPolicy(), PriceMatchPolicy(), known))
    if isinstance(decision, Refusal):
        return f"refused:{decision.problems[0].code.removeprefix('price_match.')}"
    return "ok"


def _edit(given: Mapping[str, Any]) -> Command:
    status = given.get("set_status")
    if status is not None:
        commands: Mapping[str, Command] = {
            "approved": ApprovePriceMatch("pm-1"),
            "rejected": RejectPriceMatch("pm-1"),
        }
        if status not in commands:
            raise NotSupported(f"a status {status} that is set by hand")
        return commands[status]
    values: Mapping[str, tuple[str, object]] = {
        "competitor_unit_price": ("price", CompetitorPrice("rival", money(9))),
        "min_quantity": ("min_quantity", Decimal(2)),
        "description": ("description", "as it is"),
        "expires": ("expires_at", NOW + timedelta(days=7)),
    }
    unknown = [name for name in given["edit"] if name not in values]
    if unknown:
        raise NotSupported(f"an edit of {', '.join(unknown)}")
    fields: dict[str, Any] = dict(values[name] for name in given["edit"])
    return ChangePriceMatch("pm-1", **fields)


def check_credit(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare how many units can be matched, or the code of each refusal."""
    given, expected = vector["input"], vector["expected"]
    if "available" in expected:
        return compare("available", expected["available"], f"{_line(given).matchable:f}")
    if "errors" in expected:
        return compare("errors", expected["errors"], [_refusal(case) for case in given["cases"]])
    raise NotSupported(f"figures {', '.join(expected)}")


def _line(given: Mapping[str, Any]) -> OrderLine:
    """Return a line whose returned units stand before the matched ones in its row, as when they came back first."""
    invoiced, matched, back = (Decimal(given[f"qty_{name}"]) for name in ("invoiced", "already_matched", "returned"))
    amounts = Amounts(money(100), money(0))
    return OrderLine(
        number=1,
        item="item",
        description="",
        unit="each",
        ordered=invoiced,
        agreed=amounts,
        shipped=invoiced,
        returned=back,
        billed=(BilledPart(1, invoiced, amounts),),
        matched=(MatchedPart(back, matched, Amounts(money(0), money(0))),) if matched else (),
    )


def _refusal(case: Mapping[str, Any]) -> str:
    cap = case.get("max_order_credit")
    limited = PriceMatchPolicy(max_credit=() if cap is None else (money(cap),))
    used = Decimal(case.get("order_credit_used", "0"))
    desk = Desk()
    # What was credited before is the match of a second line, to a price of 1.
    before = [Sold(used + 1)] if used else []
    desk.place(quoted([Sold(Decimal(case["unit_price"]), Decimal(case.get("qty_invoiced", "1"))), *before]))
    if case["status"] == "invoiced":
        desk.send()
    order = desk.order
    if used:
        credited = _match(order, 2, Decimal(1), PriceMatchPolicy())
        if isinstance(credited, Refusal):
            raise NotSupported(f"a credit of before that is refused: {credited.problems[0].code}")
        order = after(order, credited)
    decision = _match(order, 1, Decimal(case["new_price"]), limited)
    return decision.problems[0].code if isinstance(decision, Refusal) else "none"


def _match(order: Order, line: int, price: Decimal, policy: PriceMatchPolicy) -> Decision[Order]:
    known = PriceMatchFacts(None, FloorCosts(None, None), OverridePolicy())
    command = MatchPrice("order-1", line, price=CompetitorPrice("rival", money(price)))
    return judge(ORDER, order, command, facts_of(OrderPolicy(), policy, known))


ORDER_KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"price_match": check_record})
"""The group of order vectors that this module runs."""
CALL_CENTER_KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"price_match": check_credit})
"""The feature of call-centre vectors that this module runs."""
