"""Importing codes that were printed or drawn elsewhere: batch by batch, so that a broken call can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from servicecore.engine.coupon_codes import check_batch_size, codes_in
from servicecore.engine.runtime import Runtime
from servicecore.kernel.checked_fields import check_of, must_be
from servicecore.pricing.campaigns import IssueCodes


def import_codes(
    runtime: Runtime,
    issue: Callable[[IssueCodes], object],
    campaign: str,
    codes: Iterable[str],
    *,
    name: str,
    size: int,
) -> int:
    """Let ``issue`` issue ``codes`` in batches ``name-1``, ``name-2`` ... of ``size``; return how many it issued.

    A batch that is there already with the same codes is passed over. Only one batch is in memory at a time.

    Raises:
        Refused: as ``issue`` refuses the first batch that it does not take; the batches before it are issued.
        InvalidValue: ``value.not_accepted`` for a blank code or a ``size`` above 10,000, ``value.wrong_type``.

    """
    check_batch_size(size)
    must_be(name, str, "name")
    check_of(Iterable)(codes, "codes")
    waiting = iter((codes,) if isinstance(codes, str) else codes)
    number = issued = 0
    while batch := tuple(islice(waiting, size)):
        number += 1
        command = IssueCodes(campaign, batch, id=f"{name}-{number}")
        if codes_in(runtime, command.id) != command.codes:
            issue(command)
            issued += len(batch)
    return issued
