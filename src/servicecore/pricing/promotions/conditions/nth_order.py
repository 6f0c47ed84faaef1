"""The condition that the order is the customer's first, or a certain later one."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.situation import L, Situation

NOT_FIRST_ORDER: Final = ProblemKind(
    "pricing.condition_first_order",
    en="it is order number {value} of this customer; accepted: {accepted}",
    it="è l'ordine numero {value} di questo cliente; valori ammessi: {accepted}",
    de="es ist die Bestellung Nummer {value} dieses Kunden; zulässig: {accepted}",
)
OTHER_ORDER: Final = ProblemKind(
    "pricing.condition_order_number",
    en="it is order number {value} of this customer; accepted: {accepted}",
    it="è l'ordine numero {value} di questo cliente; valori ammessi: {accepted}",
    de="es ist die Bestellung Nummer {value} dieses Kunden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class NthOrder(Condition):
    """It is the customer's order number ``n``, cancelled ones not counted.

    Attributes:
        n: 1 is the first.
        anonymous_counts_as_first: whether a basket without customer passes as a first order.

    """

    n: int = field()
    anonymous_counts_as_first: bool = False

    @n.validator
    def _check_n(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise NOT_ACCEPTED.error("n", value=value, accepted="1 or more")

    @property
    def asks_history(self) -> bool:
        """Return True."""
        return True

    @property
    def order_numbers(self) -> frozenset[int]:
        """Return its number."""
        return frozenset((self.n,))

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines (``pricing.condition_first_order``, ``pricing.condition_order_number``)."""
        customer = situation.customer
        if not customer.id:
            if self.anonymous_counts_as_first and self.n == 1:
                return lines
            return OTHER_ORDER.at("customer", value="not known", accepted=f"{self.n}, of a customer who is known")
        number = customer.orders_before + 1
        if number == self.n:
            return lines
        kind = NOT_FIRST_ORDER if self.n == 1 else OTHER_ORDER
        return kind.at("customer", value=number, accepted=self.n)
