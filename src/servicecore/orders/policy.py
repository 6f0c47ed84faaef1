"""The order room's settings: hold types, validity of quotes, fraud threshold, return window, reason codes."""

from __future__ import annotations

from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

from attrs import field, frozen

from servicecore.billing import CHARGING_SEQUENCE, GIFT_CARD_GATEWAY, TenderKind
from servicecore.kernel.authority import Reason
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

UNKNOWN_REASON: Final = ProblemKind(
    "orders.unknown_reason",
    en="{value} is no reason code for {operation}; accepted: {accepted}",
    it="{value} non è un codice motivo per {operation}; valori ammessi: {accepted}",
    de="{value} ist kein Grundcode für {operation}; zulässig: {accepted}",
)

WHOLE_ORDER_OPERATIONS: Final = ("orders.authorize_payment", "orders.capture_payment", "orders.cancel_order")
"""Operations on the whole order, which a hold on a line cannot stop (specs: orders 7)."""


@frozen
class HoldType:
    """A kind of hold and what it stops; it stops nothing unless it says so (specs: orders 7).

    Attributes:
        code: unique.
        blocks: names of commands that it stops; ``orders.*`` takes wildcards.
        on_lines: whether it may stand on a single line.
        apply_roles: roles that may apply it; empty for everybody with the right.
        release_roles: roles that may release it; empty for everybody with the right.
        lasts: wall time after which it lapses by itself; None where it never does.

    Raises:
        InvalidValue: ``value.not_accepted`` for a type on lines that names an operation on whole orders, or a
            duration of 0 or less.

    """

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "code") and None)
    blocks: tuple[str, ...] = ()
    on_lines: bool = field(default=False)
    apply_roles: tuple[str, ...] = ()
    release_roles: tuple[str, ...] = ()
    lasts: timedelta | None = field(default=None)

    @on_lines.validator
    def _check_on_lines(self, _attribute: object, value: bool) -> None:
        whole = [name for name in self.blocks if name in WHOLE_ORDER_OPERATIONS]
        if value and whole:
            raise NOT_ACCEPTED.error("blocks", value=", ".join(whole), accepted="operations that concern one line")

    @lasts.validator
    def _check_lasts(self, _attribute: object, value: timedelta | None) -> None:
        if value is not None and value <= timedelta(0):
            raise NOT_ACCEPTED.error("lasts", value=value, accepted="a duration above 0")

    def stops(self, operation: str) -> bool:
        """Return whether a hold of this type stops the command called ``operation``."""
        return any(fnmatchcase(operation, pattern) for pattern in self.blocks)


@frozen
class ReasonCodes:
    """The reason codes that one operation takes."""

    operation: str
    codes: tuple[str, ...]


_GOODS: Final = ("orders.ship_lines",)
_GOODS_AND_MONEY: Final = ("orders.ship_lines", "orders.capture_payment", "orders.change_ship_to")

DEFAULT_HOLD_TYPES: Final = (
    HoldType("fraud", blocks=_GOODS_AND_MONEY, release_roles=("supervisor", "manager")),
    HoldType("payment", blocks=_GOODS),
    HoldType("address", blocks=_GOODS),
    HoldType("customer", blocks=_GOODS, on_lines=True),
    HoldType("agent", blocks=_GOODS, on_lines=True),
)
DEFAULT_REASON_CODES: Final = (
    ReasonCodes("orders.apply_hold", ("customer_request", "payment", "address", "suspicion", "other")),
    ReasonCodes("orders.release_hold", ("verified", "customer_request", "mistake", "other")),
    ReasonCodes("orders.cancel_line", ("customer_request", "out_of_stock", "price", "delay", "fraud", "other")),
    ReasonCodes("orders.cancel_order", ("customer_request", "out_of_stock", "price", "delay", "fraud", "other")),
    ReasonCodes("orders.match_price", ("competitor_price", "goodwill", "mistake", "other")),
    ReasonCodes("orders.match_open_price", ("competitor_price", "goodwill", "mistake", "other")),
    ReasonCodes("orders.request_return", ("damaged", "wrong_item", "not_as_described", "unwanted", "other")),
)


def _by_code(types: tuple[HoldType, ...]) -> tuple[HoldType, ...]:
    if len({each.code for each in types}) != len(types):
        raise NOT_ACCEPTED.error("hold_types", value=[each.code for each in types], accepted="each code once")
    return tuple(types)


def _not_negative(_self: object, attribute: object, value: timedelta) -> None:
    if value < timedelta(0):
        raise NOT_ACCEPTED.error(getattr(attribute, "name", ""), value=value, accepted="0 or more")


@frozen
class OrderPolicy:
    """How orders are handled in an installation.

    Attributes:
        quote_valid_for: wall time from the quote's instant (inclusive) in which it can be ordered.
        fraud_threshold: a fraud score at or above it puts the order on hold; so does a rule that failed.
        fraud_hold: the hold type for that.
        refuse_margin_errors: whether a line whose margin is at the level ERROR refuses the order.
        authorize_at_submit: whether payment is authorised when the order is placed.
        capture_at_invoice: whether an invoice captures what it bills.
        ship_only_covered: whether goods leave only against captured or authorised money.
        card_gateway: gateway for cards that name none.
        account_gateway: gateway for accounts that name none.
        gift_card_gateway: gateway for gift cards that name none; ``gift-card`` is the installation's own cards.
        gift_card_items: ids of the items that are gift cards; a line of one issues a card with its invoice.
        charging_sequence: which kinds of tender are charged first.
        return_window: wall time from a shipment (inclusive) in which its units can be returned.
        hold_types: the holds that there are.
        reason_codes: the codes that operations take; one without a list takes any.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    quote_valid_for: timedelta = field(default=timedelta(days=30), validator=_not_negative)
    fraud_threshold: int = 50
    fraud_hold: str = "fraud"
    refuse_margin_errors: bool = False
    authorize_at_submit: bool = True
    capture_at_invoice: bool = True
    ship_only_covered: bool = True
    card_gateway: str = "manual"
    account_gateway: str = "manual"
    gift_card_gateway: str = GIFT_CARD_GATEWAY
    gift_card_items: tuple[str, ...] = ()
    charging_sequence: tuple[TenderKind, ...] = CHARGING_SEQUENCE
    return_window: timedelta = field(default=timedelta(days=30), validator=_not_negative)
    hold_types: tuple[HoldType, ...] = field(default=DEFAULT_HOLD_TYPES, converter=_by_code)
    reason_codes: tuple[ReasonCodes, ...] = DEFAULT_REASON_CODES

    def hold_type(self, code: str) -> HoldType | None:
        """Return the hold type called ``code``, or None."""
        return next((each for each in self.hold_types if each.code == code), None)

    def gateway_for(self, kind: TenderKind) -> str:
        """Return the gateway of tenders of ``kind`` that name none."""
        if kind is TenderKind.GIFT_CARD:
            return self.gift_card_gateway
        return self.card_gateway if kind is TenderKind.CARD else self.account_gateway

    def check_reason(self, operation: str, reason: Reason | None) -> tuple[Problem, ...]:
        """Return why ``reason`` does not do for ``operation``; empty where it does (``orders.unknown_reason``)."""
        codes = next((each.codes for each in self.reason_codes if each.operation == operation), ())
        if reason is None or not codes or reason.code in codes:
            return ()
        return (UNKNOWN_REASON.at("reason", value=reason.code, operation=operation, accepted=", ".join(codes)),)
