"""The condition that the goods are shipped by one of several methods."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.situation import L, Situation

OTHER_SHIPPING: Final = ProblemKind(
    "pricing.condition_shipping",
    en="the goods are shipped by {value}; accepted: {accepted}",
    it="la merce è spedita con {value}; valori ammessi: {accepted}",
    de="die Ware wird mit {value} versandt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ShippedBy(Condition):
    """A shipping method is one of ``methods``; of the methods the offer touches only these.

    Attributes:
        methods: ids of charges for shipping, of a basket those of its methods.

    """

    methods: tuple[str, ...]

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines where such a method is chosen (``pricing.condition_shipping``)."""
        chosen = situation.shipping_methods
        if any(method in self.methods for method in chosen):
            return lines
        value = ", ".join(chosen) or "nothing yet"
        return OTHER_SHIPPING.at("shipping", value=value, accepted=", ".join(self.methods))

    def allows(self, line: BasketLine) -> bool:
        """Return whether ``line`` is goods, or one of the methods."""
        return not line.shipping or line.item_id in self.methods
