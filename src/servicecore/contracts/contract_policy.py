"""The settings of the contracts room."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED


class AlreadyBilled(Enum):
    """What an end before the billed-through day does: credits the unused days, is refused, or keeps the charges."""

    CREDIT = "credit"
    REFUSE = "refuse"
    KEEP = "keep"


@frozen
class ContractPolicy:
    """Settings that hold for all contracts.

    Attributes:
        max_periods_per_run: how many periods of one fee line a run bills unasked; more block the line until somebody
            bills them with a higher limit (specs: contracts 5).
        already_billed: what an early end does to charges beyond it.
        termination_day_billed: whether the last day of service is paid for.

    """

    max_periods_per_run: int = field(default=60)
    already_billed: AlreadyBilled = AlreadyBilled.CREDIT
    termination_day_billed: bool = True

    @max_periods_per_run.validator
    def _check_limit(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise NOT_ACCEPTED.error("max_periods_per_run", value=value, accepted="1 or more")
