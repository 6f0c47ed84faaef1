"""Redemptions: the uses of codes and limited offers, reserved, consumed, released, expired and given back."""

from servicecore.pricing.redemptions.counting import CountingEvent
from servicecore.pricing.redemptions.kind import REDEMPTION
from servicecore.pricing.redemptions.offer_standing import OfferStanding
from servicecore.pricing.redemptions.operations.consume_coupons import ConsumeCoupons, CouponsConsumed
from servicecore.pricing.redemptions.operations.expire_reservation import ExpireReservation, ReservationExpired
from servicecore.pricing.redemptions.operations.follow_order import FollowOrder, OrderFollowed
from servicecore.pricing.redemptions.operations.give_back_coupons import CouponsGivenBack, GiveBackCoupons
from servicecore.pricing.redemptions.operations.redeem_coupons import CouponsRedeemed, RedeemCoupons
from servicecore.pricing.redemptions.operations.release_coupons import CouponsReleased, ReleaseCoupons
from servicecore.pricing.redemptions.operations.reserve_coupons import CouponsReserved, ReserveCoupons
from servicecore.pricing.redemptions.redemption import (
    CountedUse,
    Redemption,
    RedemptionStatus,
    count_codes,
    used_codes,
    uses_of,
    voided_codes,
)

__all__ = [
    "REDEMPTION",
    "ConsumeCoupons",
    "CountedUse",
    "CountingEvent",
    "CouponsConsumed",
    "CouponsGivenBack",
    "CouponsRedeemed",
    "CouponsReleased",
    "CouponsReserved",
    "ExpireReservation",
    "FollowOrder",
    "GiveBackCoupons",
    "OfferStanding",
    "OrderFollowed",
    "RedeemCoupons",
    "Redemption",
    "RedemptionStatus",
    "ReleaseCoupons",
    "ReservationExpired",
    "ReserveCoupons",
    "count_codes",
    "used_codes",
    "uses_of",
    "voided_codes",
]
