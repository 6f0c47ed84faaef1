"""Usage ledgers: how much of a limit is used, by a conditional add that never passes it (A12, E12).

The same rule as the store's counters: each use is added where it fits, and not at all where it does not. So two
orders at the same time are the same as one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from attrs import evolve, field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT


class UsageMeasure(Enum):
    """What is counted: money, or one for each promotion of an order, however many lines it lowered."""

    AMOUNT = "amount"
    COUNT = "count"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "ledger")


@frozen
class UsageRequest:
    """One use: what a promotion took off one line.

    Attributes:
        promotion: its id.
        amount: 0 or more; counts under ``AMOUNT``.

    """

    promotion: str
    amount: Decimal = field(converter=_exact, default=Decimal(0))

    @amount.validator
    def _check_amount(self, _attribute: object, value: Decimal) -> None:
        if value < 0:
            raise NOT_ACCEPTED.error("amount", value=value, accepted="0 or more")


@frozen
class Posted:
    """The ledger after a commit, and the uses that did not fit."""

    ledger: UsageLedger
    refused: tuple[UsageRequest, ...]


@frozen
class UsageLedger:
    """A limit and what is used of it.

    Attributes:
        measure: what is counted.
        limit: the most; ``used`` never passes it.
        used: so far.

    """

    measure: UsageMeasure
    limit: Decimal = field(converter=_exact)
    used: Decimal = field(converter=_exact, default=Decimal(0))

    def commit(self, uses: Iterable[UsageRequest]) -> Posted:
        """Return the ledger with each use of one order added that fits; the others are refused, one by one."""
        used = self.used
        refused = []
        for use, weight in self._weighed(uses):
            after = EXACT.add(used, weight)
            if after > self.limit:
                refused.append(use)
            else:
                used = after
        return Posted(evolve(self, used=used), tuple(refused))

    def rollback(self, uses: Iterable[UsageRequest]) -> UsageLedger:
        """Return the ledger with the uses of one order given back; it never falls below 0."""
        used = self.used
        for _use, weight in self._weighed(uses):
            used = max(EXACT.subtract(used, weight), Decimal(0))
        return evolve(self, used=used)

    def _weighed(self, uses: Iterable[UsageRequest]) -> list[tuple[UsageRequest, Decimal]]:
        if self.measure is UsageMeasure.AMOUNT:
            return [(use, use.amount) for use in uses]
        first = {use.promotion: use for use in reversed(tuple(uses))}
        return [(use, Decimal(1)) for use in first.values()]
