"""The settings of an installation: who may do what, the policies of the rooms, and which plugins answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.billing import GiftCardPolicy
from servicecore.cases import CasePolicy
from servicecore.contracts import ContractPolicy
from servicecore.customers import CustomerPolicy
from servicecore.engine.work.retry_policy import RetryPolicy
from servicecore.kernel.authority import Authority, Limit, Role
from servicecore.kernel.checked_fields import checked_fields
from servicecore.orders import OrderPolicy
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing.best_price import BestPriceSolver, IntegerSolver
from servicecore.pricing.price_match import PriceMatchPolicy

_AGENT_RIGHTS: Final = (
    "customers.*",
    "pricing.quote",
    "pricing.override_*",
    "pricing.create_price_match",
    "pricing.change_price_match",
    "pricing.reserve_coupons",
    "pricing.release_coupons",
    "orders.*",
    "cases.*",
    "contracts.create_contract",
    "contracts.hold_contract",
    "contracts.resume_contract",
    "contracts.give_notice",
    "billing.record_payment",
    "billing.lock_gift_card",
)

DEFAULT_AUTHORITY: Final = Authority(
    roles=(
        Role(
            "agent",
            rights=_AGENT_RIGHTS,
            limits=(
                Limit("pricing.override.below_price", Decimal(10)),
                Limit("pricing.override.total_discount", Decimal(5)),
                Limit("pricing.override.charge_decrease", Decimal(5)),
                Limit("orders.refund_amount", Decimal(200)),
            ),
        ),
        Role(
            "supervisor",
            rights=(*_AGENT_RIGHTS, "contracts.*", "billing.*", "catalog.*", "pricing.*"),
            limits=(
                Limit("pricing.override.below_price", Decimal(30)),
                Limit("pricing.override.total_discount", Decimal(20)),
                Limit("pricing.override.charge_decrease", Decimal(100)),
                Limit("pricing.override.charge_increase", Decimal(10)),
                Limit("pricing.override.return_credit", Decimal(20)),
                Limit("orders.refund_amount", Decimal(2000)),
            ),
        ),
        Role(
            "manager",
            rights=("*",),
            limits=(
                Limit("pricing.override.below_price", None),
                Limit("pricing.override.total_discount", None),
                Limit("pricing.override.charge_decrease", None),
                Limit("pricing.override.charge_increase", None),
                Limit("pricing.override.return_credit", None),
                Limit("orders.refund_amount", None),
            ),
        ),
        Role("system", rights=("*",)),
    )
)
"""Three roles of a call centre and the system's own; an installation brings its own where these do not fit."""


@frozen(field_transformer=checked_fields)
class Settings:
    """How an installation behaves; every field has a default.

    Attributes:
        authority: roles with their rights and limits.
        orders: the order room's policy.
        cases: the case room's policy: calendars, SLA policies, states.
        contracts: the contract room's policy.
        customers: the customer room's policy: how tax groups are found.
        gift_cards: how gift cards are locked, reserved and expire.
        price_match: whose prices are followed, for how long, and up to which credit.
        plugins: which plugins are on, in which order, with which settings.
        best_price_solver: helps to prove the best price of large carts, under ``Selection.OPTIMAL``:
            `servicecore.engine.highs.HighsSolver` with the extra ``optimize``. Without one a quote states the gap.
        tax_engine: name of the tax engine that quotes are sent to; ``none`` for an installation that charges no tax.
        due_limit: most aggregates that one ``run_due`` wakes.
        retries: how often what failed is tried again before it is parked, and after which pauses.

    """

    authority: Authority = DEFAULT_AUTHORITY
    orders: OrderPolicy = field(factory=OrderPolicy)
    cases: CasePolicy = field(factory=CasePolicy)
    contracts: ContractPolicy = field(factory=ContractPolicy)
    customers: CustomerPolicy = field(factory=CustomerPolicy)
    gift_cards: GiftCardPolicy = field(factory=GiftCardPolicy)
    price_match: PriceMatchPolicy = field(factory=PriceMatchPolicy)
    plugins: PluginSettings = field(factory=PluginSettings)
    best_price_solver: IntegerSolver | None = None
    tax_engine: str = "rate-table"
    due_limit: int = 10_000
    retries: RetryPolicy = field(factory=RetryPolicy)

    @property
    def policies(self) -> tuple[object, ...]:
        """Return every room's policy, and the solver where there is one, as facts."""
        solver = self.best_price_solver
        return (
            self.orders,
            self.cases,
            self.contracts,
            self.customers,
            self.gift_cards,
            self.price_match,
            self.retries,
            *(() if solver is None else (BestPriceSolver(solver),)),
        )
