"""Coupon codes in the store: one row for each, written with the batch that issues it, read when it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in
from servicecore.errors import Refused
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.events import Event
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.campaigns import CAMPAIGN, CODE_BATCH, Campaign, CodeBatch, CodesIssued
from servicecore.pricing.campaigns.operations.issue_codes import MOST_CODES, code_taken
from servicecore.pricing.coupons import Coupon
from servicecore.storage.ports import Reader, Transaction


@frozen
class IssuedCode:
    """One issued code with what it belongs to.

    Attributes:
        code: normalised.
        campaign: as it stands.
        batch: that it was issued in, as it stands.
        coupon: what the code gives, with its own window, customer and state.

    """

    code: str
    campaign: Campaign
    batch: CodeBatch
    coupon: Coupon


def keep_codes(transaction: Transaction, events: Iterable[Event[Any]]) -> None:
    """Write a row for every code that ``events`` issue.

    Raises:
        Refused: ``coupon.code_taken`` for codes that others issued in the meantime; nothing was written.

    """
    for event in events:
        if isinstance(event, CodesIssued):
            taken = tuple(_keep_codes(transaction, event))
            if taken:
                raise Refused(tuple(code_taken(code) for code in event.codes if code in taken))


def _keep_codes(transaction: Transaction, event: CodesIssued) -> Iterator[str]:
    """Write a row for every code that is free, and yield the others.

    In the order of the rows in a tree that is sorted by key, and each row right after the look whether it is there:
    among millions of codes the place of a row is then read once for both.
    """
    customers = event.customers or ("",) * len(event.codes)
    for code, customer in sorted(zip(event.codes, customers, strict=True)):
        if transaction.get(_row(code)) is None:
            transaction.put(_row(code), json.dumps([event.id, customer]))
        else:
            yield code


def check_batch_size(size: int) -> None:
    """Refuse a number of codes that no batch can have.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """
    if not 0 < must_be(size, int, "size") <= MOST_CODES:
        raise NOT_ACCEPTED.error("size", value=size, accepted=f"1 to {MOST_CODES} codes a batch")


def batch_of(reader: Reader, code: str) -> tuple[str, str] | None:
    """Return the batch that issued ``code``, normalised, and the customer that it was issued to, or None."""
    row = reader.get(_row(code))
    if row is None:
        return None
    batch, customer = json.loads(row)
    return str(batch), str(customer)


def issued_code(runtime: Runtime, reader: Reader, code: str) -> IssuedCode | None:
    """Return what the store knows of ``code``, normalised, or None where it was never issued."""
    found = batch_of(reader, code)
    if found is None:
        return None
    batch = state_in(runtime, reader, CODE_BATCH, found[0])
    campaign = None if batch is None else state_in(runtime, reader, CAMPAIGN, batch.campaign)
    if batch is None or campaign is None:
        return None
    return IssuedCode(code, campaign, batch, batch.coupon_for(code, found[1], campaign))


def codes_of(runtime: Runtime, campaign: str) -> Iterator[str]:
    """Yield every code that was issued for ``campaign``, batch by batch; only one batch is in memory at a time."""
    after = ""
    while True:
        with runtime.store.reading() as reader:
            batches = reader.find(CODE_BATCH.name, "campaign", campaign, after=after)
        if not batches:
            return
        for batch in batches:
            yield from codes_in(runtime, batch)
        after = batches[-1]


def codes_in(runtime: Runtime, batch: str) -> tuple[str, ...]:
    """Return the codes of one batch in the order in which they were issued; nothing where it is not there."""
    events = (runtime.journal.read_event(each.event) for each in runtime.store.history(CODE_BATCH.name, batch))
    return next((event.codes for event in events if isinstance(event, CodesIssued)), ())


def _row(code: str) -> str:
    return f"coupon-code:{code}"
