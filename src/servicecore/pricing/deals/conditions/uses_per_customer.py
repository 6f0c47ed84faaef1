"""The condition that the customer has not used the deal too often."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.condition import DealCondition

CUSTOMER_LIMIT: Final = ProblemKind(
    "deal.customer_limit_reached",
    en="the customer used it {value} times; accepted: {accepted}",
    it="il cliente l'ha usata {value} volte; valori ammessi: {accepted}",
    de="der Kunde hat es {value} mal genutzt; zulässig: {accepted}",
)
LOGIN_REQUIRED: Final = ProblemKind(
    "deal.login_required",
    en="{value} buys, whose uses nobody counts; accepted: {accepted}",
    it="compra {value}, i cui utilizzi non si contano; valori ammessi: {accepted}",
    de="{value} kauft, dessen Nutzungen niemand zählt; zulässig: {accepted}",
)


@frozen
class UsesPerCustomer(DealCondition):
    """The customer is known, and used the deal less than ``most`` times before."""

    most: int

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.login_required`` or ``deal.customer_limit_reached``, or None."""
        customer = view.basket.customer
        if not customer.id:
            return LOGIN_REQUIRED.at("customer", value="a customer without a name", accepted="a customer who is known")
        used = customer.uses_of(view.deal.id)
        if used < self.most:
            return None
        return CUSTOMER_LIMIT.at("customer", value=used, accepted=f"below {self.most}")
