"""The built-in fraud rule: an order that is worth more than is usual, sooner for a new customer (A31)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field

from servicecore.kernel.money import Money, exact_decimal
from servicecore.plugins.api import AssessOrder, FraudSignal, PluginContext, PluginInfo, hookimpl
from servicecore.plugins.settings import STRICT_MODEL

_ID: Final = "order-value"

Amount = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=0)]
"""An amount in major units, as text or a whole number; a float is refused."""


class OrderValueSettings(BaseModel):
    """When an order's value counts against it; without limits the rule finds nothing.

    Attributes:
        limits: the highest total that is usual (inclusive), by currency, in major units.
        new_customer_limits: the same for customers who never ordered before; where missing, ``limits`` holds.
        score: 0 to 100, given to an order above its limit.

    """

    model_config = STRICT_MODEL

    limits: Mapping[str, Amount] = Field(default_factory=dict)
    new_customer_limits: Mapping[str, Amount] = Field(default_factory=dict)
    score: int = Field(default=50, ge=0, le=100)


class OrderValueRule:
    """Finds orders whose total is above the limit of their currency."""

    id: Final = _ID

    def assess(self, request: AssessOrder, context: PluginContext) -> tuple[FraudSignal, ...]:
        """Return one signal for an order above its limit, nothing for any other."""
        settings = context.settings_as(OrderValueSettings)
        currency = request.total.currency
        limit = settings.limits.get(currency)
        customer = "a known customer"
        if request.orders_before == 0:
            limit = settings.new_customer_limits.get(currency, limit)
            customer = "a new customer"
        if limit is None or request.total.amount <= limit:
            return ()
        reason = f"the order is worth {request.total}; usual for {customer}: up to {Money(limit, currency)}"
        return (FraudSignal(_ID, settings.score, reason),)


@hookimpl
def servicecore_plugin_info() -> PluginInfo:
    """Return who the plugin is."""
    return PluginInfo(
        id=_ID,
        version="1.0",
        api="1.0",
        title="Fraud: unusual order value",
        vendor="servicecore",
        settings_model=OrderValueSettings,
    )


@hookimpl
def servicecore_fraud_rules() -> tuple[OrderValueRule, ...]:
    """Return the rule called ``order-value``."""
    return (OrderValueRule(),)
