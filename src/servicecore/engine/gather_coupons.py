"""Gathering facts about campaigns, codes, offers and customers for what takes or gives back their uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from servicecore.engine.coupon_codes import batch_of
from servicecore.engine.coupon_facts import coupons_by_code, customer_names
from servicecore.engine.offer_standing import standing_of
from servicecore.engine.reprice_order import repriced_order
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command
from servicecore.orders.repricing import RepricedOrder
from servicecore.pricing.campaigns import (
    CAMPAIGN,
    AssignCode,
    CampaignsOnFile,
    ChangeCampaign,
    CodesOnFile,
    CreateCampaign,
    IssueCodes,
    VoidCode,
)
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.issued_coupons import IssuedCoupons
from servicecore.pricing.redemptions import OfferStanding, ReserveCoupons, used_codes


def _campaigns_on_file(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> CampaignsOnFile:
    wanted = ""
    if isinstance(command, IssueCodes):
        wanted = command.campaign
    elif isinstance(command, (CreateCampaign, ChangeCampaign)):
        wanted = command.terms.parent
    campaign = find_state(runtime, CAMPAIGN, wanted) if wanted else None
    book = runtime.books.find()
    return CampaignsOnFile(campaign, () if book is None else tuple(each.id for each in book.book.coupons))


def _codes_on_file(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> CodesOnFile:
    codes: tuple[str, ...] = ()
    if isinstance(command, IssueCodes):
        codes = tuple(sorted(command.codes))
    elif isinstance(command, (AssignCode, VoidCode)):
        codes = (command.code,)
    book = runtime.books.find()
    owners: list[tuple[str, str]] = []
    with runtime.store.reading() as reader:
        for code in codes:
            found = batch_of(reader, code)
            if found is not None:
                owners.append((code, found[0]))
            elif book is not None and code in book.coupons:
                owners.append((code, "price book"))
    return CodesOnFile(tuple(owners))


def _coupons_of(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> IssuedCoupons:
    if not isinstance(command, ReserveCoupons):
        return IssuedCoupons()
    book = runtime.books.current()
    with runtime.store.reading() as reader:
        return IssuedCoupons(coupons_by_code(runtime, reader, book, used_codes(command.quote)))


def _customer_of(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> CouponUsage:
    if not isinstance(command, ReserveCoupons):
        return CouponUsage()
    with runtime.store.reading() as reader:
        return CouponUsage((), customer_names(runtime, reader, command.quote.cart))


COUPON_FACTS: Final[Mapping[type, Callable[[Runtime, Any, Command, Facts], object]]] = MappingProxyType(
    {
        CampaignsOnFile: _campaigns_on_file,
        CodesOnFile: _codes_on_file,
        IssuedCoupons: _coupons_of,
        CouponUsage: _customer_of,
        OfferStanding: standing_of,
        RepricedOrder: repriced_order,
    }
)
"""Class of a fact to what gathers it."""
