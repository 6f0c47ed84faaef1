"""What bounds figures set by hand on an order: the policy of the price book in force, and the costs of the goods."""

from __future__ import annotations

from attrs import frozen

from servicecore.kernel.rounding import HALF_UP, Rounding
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted
from servicecore.pricing.margin import MarginPolicy
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy


@frozen
class LineCosts:
    """What one unit of an order line costs, and what its margin is counted without.

    Attributes:
        line: number of the line.
        costs: of one unit, in the line's unit of measure.
        deductions: what leaves the price again.

    """

    line: int
    costs: FloorCosts
    deductions: Deducted = NO_DEDUCTION


@frozen
class OverrideFacts:
    """The override policy in force, and the costs of one unit of the line that a command names.

    Attributes:
        policy: who may go how far.
        costs: of one unit; unknown where the command names no line, or the book does not know them.
        margin: bands of the margin alert; None where the book has none.
        deductions: what the line's margin is counted without.
        rounding: of unit prices.
        lines: costs of every line, where the command is for all of them.

    """

    policy: OverridePolicy = OverridePolicy()  # noqa: RUF009 - a frozen value
    costs: FloorCosts = FloorCosts(None, None)  # noqa: RUF009 - a frozen value
    margin: MarginPolicy | None = None
    deductions: Deducted = NO_DEDUCTION
    rounding: Rounding = HALF_UP
    lines: tuple[LineCosts, ...] = ()
