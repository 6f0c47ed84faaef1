"""The conditions that the customer belongs to a group, or carries a flag."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.condition import DealCondition

WRONG_CUSTOMER: Final = ProblemKind(
    "deal.wrong_customer",
    en="the customer is marked {value}; accepted: {accepted}",
    it="il cliente è contrassegnato {value}; valori ammessi: {accepted}",
    de="der Kunde ist als {value} geführt; zulässig: {accepted}",
)


@frozen
class CustomerGroup(DealCondition):
    """The customer belongs to one of ``groups``."""

    groups: tuple[str, ...] = field()

    @groups.validator
    def _check_groups(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("groups", value="()", accepted="at least one group")

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.wrong_customer``, or None."""
        own = view.basket.customer.groups
        if any(group in self.groups for group in own):
            return None
        return WRONG_CUSTOMER.at("customer", value=", ".join(own) or "none", accepted=", ".join(self.groups))


@frozen
class CustomerFlag(DealCondition):
    """The customer carries ``flag``."""

    flag: str

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.wrong_customer``, or None."""
        own = view.basket.customer.flags
        if self.flag in own:
            return None
        return WRONG_CUSTOMER.at("customer", value=", ".join(own) or "none", accepted=self.flag)
