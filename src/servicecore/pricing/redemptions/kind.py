"""The redemption as a kind of thing with a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.kernel.operations import AggregateKind
from servicecore.pricing.redemptions.operations.consume_coupons import CONSUME_COUPONS
from servicecore.pricing.redemptions.operations.expire_reservation import (
    EXPIRE_RESERVATION,
    ExpireReservation,
    next_expiry,
)
from servicecore.pricing.redemptions.operations.follow_order import FOLLOW_ORDER
from servicecore.pricing.redemptions.operations.give_back_coupons import GIVE_BACK_COUPONS
from servicecore.pricing.redemptions.operations.redeem_coupons import REDEEM_COUPONS
from servicecore.pricing.redemptions.operations.release_coupons import RELEASE_COUPONS
from servicecore.pricing.redemptions.operations.reserve_coupons import RESERVE_COUPONS
from servicecore.pricing.redemptions.redemption import Redemption


def _indexes(redemption: Redemption) -> Mapping[str, tuple[str, ...]]:
    return {
        "status": (redemption.status.value,),
        "customer": (redemption.customer,),
        "coupon": tuple(sorted({each.coupon for each in redemption.uses} - {""})),
        "code": redemption.codes,
        "offer": redemption.offers,
        "order": (redemption.order,) if redemption.order else (),
    }


REDEMPTION: Final = AggregateKind(
    name="redemption",
    state=Redemption,
    operations=(
        RESERVE_COUPONS,
        REDEEM_COUPONS,
        CONSUME_COUPONS,
        RELEASE_COUPONS,
        EXPIRE_RESERVATION,
        GIVE_BACK_COUPONS,
        FOLLOW_ORDER,
    ),
    indexes=_indexes,
    found_by=("status", "customer", "coupon", "code", "offer", "order"),
    next_wakeup=next_expiry,
    wake=ExpireReservation,
)
"""Redemptions: found by status, customer, coupon, code, offer and order; reservations lapse by due work."""
