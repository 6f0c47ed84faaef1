"""What a competitor asks for one unit, in the parts that make its price comparable with ours."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED


@frozen(field_transformer=checked_fields)
class CompetitorPrice:
    """A competitor's price of one unit (specs: orders 4).

    Attributes:
        competitor: who offers at it.
        unit_price: 0 or more.
        shipping: what the competitor asks for bringing one unit; None for nothing.
        adjustments: further parts of one unit, below 0 for a coupon that everybody gets; None for none.
        includes_tax: whether these amounts contain tax: they are compared with our price with tax, or without.

    Raises:
        InvalidValue: ``value.not_accepted`` for a price below 0 in any part or in all, ``money.currency_mismatch``.

    """

    competitor: str = field(validator=lambda _self, _attribute, value: check_id(value, "price.competitor") and None)
    unit_price: Money
    shipping: Money | None = None
    adjustments: Money | None = None
    includes_tax: bool = False

    def __attrs_post_init__(self) -> None:
        if self.unit_price.amount < 0:
            raise NOT_ACCEPTED.error("price.unit_price", value=self.unit_price, accepted="a price of 0 or more")
        if self.shipping is not None and self.shipping.amount < 0:
            raise NOT_ACCEPTED.error("price.shipping", value=self.shipping, accepted="0 or more")
        if self.net.amount < 0:
            raise NOT_ACCEPTED.error(
                "price.adjustments", value=self.adjustments, accepted="a price of 0 or more in all"
            )

    @property
    def net(self) -> Money:
        """Return what one unit costs there in all."""
        net = self.unit_price
        for part in (self.shipping, self.adjustments):
            if part is not None:
                net += part
        return net
