"""Generating codes: drawn at random, in batches, so that millions need no more memory than one batch."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Final

from servicecore.engine.coupon_codes import check_batch_size, codes_in
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.campaigns import IssueCodes
from servicecore.pricing.campaigns.operations.issue_codes import CODE_TAKEN
from servicecore.pricing.coupon_limits import normalised

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for one another when they are read aloud: no 0, 1, I and O."""
_LETTERS: Final = (ALPHABET * (256 // len(ALPHABET))).encode("ascii")
"""What each byte stands for; 256 is 8 times 32, so that every letter is as likely as the others."""
_SPARE_BITS: Final = 20
_BITS_EACH: Final = 5


def generate_codes(
    runtime: Runtime,
    issue: Callable[[IssueCodes], object],
    campaign: str,
    count: int,
    *,
    name: str,
    prefix: str,
    length: int,
    size: int,
) -> Iterator[str]:
    """Let ``issue`` issue ``count`` random codes in batches ``name-1``, ``name-2`` ... of ``size`` and yield each code.

    A batch that is there already is yielded as it was issued, so that a call that was cut off is finished by the same
    call once more. Codes are drawn from the operating system's random source.

    Raises:
        Refused: ``coupon.unknown_campaign``, ``coupon.voided``; ``value.not_accepted`` where codes of ``length``
            would be guessed or run out.
        InvalidValue: ``value.not_accepted`` for a ``size`` that no batch can have, ``value.wrong_type``.

    """
    check_batch_size(size)
    must_be(count, int, "count")
    must_be(length, int, "length")
    must_be(prefix, str, "prefix")
    must_be(name, str, "name")
    needed = max(count, 1).bit_length() + _SPARE_BITS
    if length * _BITS_EACH < needed:
        accepted = f"{-(-needed // _BITS_EACH)} or more for {count} codes"
        raise Refused((NOT_ACCEPTED.at("length", value=length, accepted=accepted),))

    def draw() -> str:
        return random_code(prefix, length)

    for number, start in enumerate(range(0, count, size), start=1):
        batch = f"{name}-{number}"
        yield from _batch(runtime, issue, campaign, batch, min(size, count - start), draw)


def random_code(prefix: str, length: int) -> str:
    """Return ``prefix`` and ``length`` letters and digits from the operating system's random source, normalised."""
    return normalised(prefix + secrets.token_bytes(length).translate(_LETTERS).decode("ascii"))


def _batch(
    runtime: Runtime,
    issue: Callable[[IssueCodes], object],
    campaign: str,
    batch: str,
    count: int,
    draw: Callable[[], str],
) -> Iterator[str]:
    issued = tuple(codes_in(runtime, batch))
    while not issued:
        codes: dict[str, None] = {}
        while len(codes) < count:
            codes[draw()] = None
        try:
            issue(IssueCodes(campaign, tuple(codes), id=batch))
        except Refused as refused:
            if any(each.code != CODE_TAKEN.code for each in refused.problems):
                raise
            continue  # one in a million codes was drawn before: draw all of the batch again
        issued = tuple(codes)
    yield from issued
