"""What bounds figures set by hand on an order: the policy of the price book in force, and the costs of the goods."""

from __future__ import annotations

from attrs import frozen

from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy


@frozen
class OverrideFacts:
    """The override policy in force, and the costs of one unit of the line that a command names.

    Attributes:
        policy: who may go how far.
        costs: of one unit; unknown where the command names no line, or the book does not know them.

    """

    policy: OverridePolicy = OverridePolicy()  # noqa: RUF009 - a frozen value
    costs: FloorCosts = FloorCosts(None, None)  # noqa: RUF009 - a frozen value
