from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.billing import TenderKind
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Reason
from servicecore.orders import HoldType, OrderPolicy, ReasonCodes


def test_hold_codes_are_unique_and_durations_above_zero() -> None:
    with pytest.raises(InvalidValue):
        OrderPolicy(hold_types=(HoldType("a"), HoldType("a")))
    with pytest.raises(InvalidValue):
        HoldType("a", lasts=timedelta(0))
    with pytest.raises(InvalidValue):
        OrderPolicy(quote_valid_for=timedelta(-1))
    with pytest.raises(InvalidValue):
        OrderPolicy(return_window=timedelta(-1))


def test_wildcards_stop_whole_rooms() -> None:
    kind = HoldType("all", blocks=("orders.*",))
    assert kind.stops("orders.ship_lines")
    assert not kind.stops("cases.open_case")


def test_an_operation_without_a_list_takes_any_reason() -> None:
    policy = OrderPolicy(reason_codes=(ReasonCodes("orders.cancel_line", ("price",)),))
    assert policy.check_reason("orders.cancel_order", Reason("anything")) == ()
    assert policy.check_reason("orders.cancel_line", Reason("price")) == ()
    (problem,) = policy.check_reason("orders.cancel_line", Reason("anything"))
    assert (problem.code, problem.param("accepted")) == ("orders.unknown_reason", "price")


def test_tenders_without_a_gateway_get_the_one_of_their_kind() -> None:
    policy = OrderPolicy(card_gateway="acme", account_gateway="ledger", gift_card_gateway="plastic")
    assert {kind.name: policy.gateway_for(kind) for kind in TenderKind} == {
        "GIFT_CARD": "plastic",
        "ON_ACCOUNT": "ledger",
        "CARD": "acme",
    }
