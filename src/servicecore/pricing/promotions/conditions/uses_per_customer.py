"""The condition that the customer has not used the offer too often."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.field_checks import not_negative
from servicecore.pricing.promotions.situation import L, Situation

CUSTOMER_LIMIT: Final = ProblemKind(
    "pricing.offer_customer_limit",
    en="the customer used it {value} times; accepted: {accepted}",
    it="il cliente l'ha usata {value} volte; valori ammessi: {accepted}",
    de="der Kunde hat es {value} mal genutzt; zulässig: {accepted}",
)
LOGIN_REQUIRED: Final = ProblemKind(
    "pricing.offer_login_required",
    en="{value} buys, whose uses nobody counts; accepted: {accepted}",
    it="compra {value}, i cui utilizzi non si contano; valori ammessi: {accepted}",
    de="{value} kauft, dessen Nutzungen niemand zählt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class UsesPerCustomer(Condition):
    """The customer is known, and used the offer less than ``most`` times before.

    Attributes:
        most: uses before this cart have to be fewer.

    """

    most: int = field(validator=not_negative)

    @property
    def plain(self) -> bool:
        """Return False: it asks for the offer's own uses."""
        return False

    @property
    def asks_history(self) -> bool:
        """Return True."""
        return True

    @property
    def use_counts(self) -> frozenset[int]:
        """Return the number of uses from which on it does not hold."""
        return frozenset((self.most,))

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines (``pricing.offer_login_required``, ``pricing.offer_customer_limit``)."""
        if not situation.customer.id:
            return LOGIN_REQUIRED.at("customer", value="a customer without a name", accepted="a customer who is known")
        used = situation.uses_before
        if used < self.most:
            return lines
        return CUSTOMER_LIMIT.at("customer", value=used, accepted=f"below {self.most}")
