"""Redemption to code: a one-time code that was used is followed by a fresh one, where its campaign says so."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from servicecore.engine.coupon_codes import codes_in, issued_code
from servicecore.engine.generate_codes import random_code
from servicecore.engine.process import Process
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state
from servicecore.kernel.operations import Command
from servicecore.pricing.campaigns import IssueCodes
from servicecore.pricing.coupons import CouponState
from servicecore.pricing.redemptions import REDEMPTION, CouponsConsumed, CouponsRedeemed

_LENGTH: Final = 12


def reissue_codes(runtime: Runtime, redemption: str, event: CouponsRedeemed | CouponsConsumed) -> tuple[Command, ...]:
    """Return the commands that issue a fresh code to the customer for each one that was used; once for each.

    The batch is named after the use, so that a repeat finds it there and issues nothing.
    """
    del event
    state = load_state(runtime, REDEMPTION, redemption)
    commands: list[Command] = []
    for code in state.codes:
        with runtime.store.reading() as reader:
            issued = issued_code(runtime, reader, code)
        if issued is None or not issued.campaign.terms.auto_reissue or issued.coupon.state is not CouponState.ACTIVE:
            continue
        batch = "reissue-" + sha256(f"{redemption} {code}".encode()).hexdigest()[:32]
        if not codes_in(runtime, batch):
            fresh = random_code("", _LENGTH)
            commands.append(IssueCodes(issued.campaign.id, (fresh,), id=batch, customers=(state.customer,)))
    return tuple(commands)


REDEMPTION_TO_CODE: Final = Process("redemption-to-code", (CouponsRedeemed, CouponsConsumed), reissue_codes)
