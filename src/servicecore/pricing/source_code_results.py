"""What source codes brought: sales, costs and responses against what was planned (A05, CC 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, sum_money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT, RoundingMode, round_decimal
from servicecore.pricing.coupon_limits import normalised

_SHOWN: Final = Decimal("0.0001")
_NO_COSTS: Final[Mapping[str, Money]] = MappingProxyType({})


def _not_negative(_self: object, attribute: object, value: Money) -> None:
    if value.amount < 0:
        raise NOT_ACCEPTED.error(getattr(attribute, "name", "amount"), value=value, accepted="an amount of 0 or more")


def _copies(_self: object, _attribute: object, value: int) -> None:
    if type(value) is not int or value < 0:
        raise NOT_ACCEPTED.error("quantity_mailed", value=repr(value), accepted="a whole number of 0 or more")


@frozen
class SourceCodePlan:
    """What was planned for the copies that carry a source code; all amounts are of one currency.

    Attributes:
        code: the source code.
        projected_sales: net of tax.
        promotional_cost: of printing and mailing them.
        quantity_mailed: copies sent, 0 or more.

    """

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "code") and None)
    projected_sales: Money = field(validator=_not_negative)
    promotional_cost: Money = field(validator=_not_negative)
    quantity_mailed: int = field(default=0, validator=_copies)

    def __attrs_post_init__(self) -> None:
        if self.promotional_cost.currency != self.projected_sales.currency:
            other = self.projected_sales.currency
            raise CURRENCY_MISMATCH.error("promotional_cost", value=self.promotional_cost, other=other)


@frozen
class SourceCodeSale:
    """The part of one order that carries a source code.

    Attributes:
        code: as the cart or the line had it.
        order: the order's id.
        invoiced: what was invoiced for it, net of tax; 0 before the invoice.
        returned: what was invoiced for what came back of it, net of tax.

    """

    code: str
    order: str
    invoiced: Money
    returned: Money


@frozen
class SourceCodeResult:
    """What one source code brought.

    Attributes:
        code: the source code.
        orders: orders that carry it, each once.
        revenue: what was invoiced, net of tax; what came back is not taken off.
        returned: what was invoiced for what came back.
        cost: what was really spent.
        plan: what was planned; None where nothing was.

    """

    code: str
    orders: int
    revenue: Money
    returned: Money
    cost: Money
    plan: SourceCodePlan | None = None

    @property
    def revenue_deviation(self) -> Money | None:
        """Return revenue less what was projected; None without a plan."""
        return None if self.plan is None else self.revenue - self.plan.projected_sales

    @property
    def cost_deviation(self) -> Money | None:
        """Return what was spent less what was planned; None without a plan."""
        return None if self.plan is None else self.cost - self.plan.promotional_cost

    @property
    def response_percent(self) -> Decimal | None:
        """Return orders for 100 copies mailed, rounded half up to 4 decimals; None where none was mailed."""
        if self.plan is None or not self.plan.quantity_mailed:
            return None
        exact = EXACT.divide(Decimal(100 * self.orders), Decimal(self.plan.quantity_mailed))
        return round_decimal(exact, _SHOWN, RoundingMode.HALF_UP)


def source_code_results(
    plans: Iterable[SourceCodePlan], sales: Iterable[SourceCodeSale], costs: Mapping[str, Money] = _NO_COSTS
) -> tuple[SourceCodeResult, ...]:
    """Return what each source code brought: those that were planned, in their order, then others by code.

    Codes are compared without blanks and case, as carts carry them.

    Args:
        plans: each code once.
        sales: of any orders, such as ``orders.source_code_sales`` gives for each; the same order may come twice.
        costs: what was really spent, by code; a code that is missing spent nothing.

    Raises:
        InvalidValue: ``value.not_accepted`` for a code that is planned twice, ``money.currency_mismatch`` for sales or
            costs in another currency than the code's first amount.

    """
    planned: dict[str, SourceCodePlan] = {}
    for plan in plans:
        if normalised(plan.code) in planned:
            raise NOT_ACCEPTED.error("plans", value=plan.code, accepted="each code once")
        planned[normalised(plan.code)] = plan
    sold: dict[str, list[SourceCodeSale]] = {}
    for sale in sales:
        sold.setdefault(normalised(sale.code), []).append(sale)
    spent = {normalised(code): cost for code, cost in costs.items()}
    others = sorted({*sold, *spent} - set(planned))
    return tuple(
        [_result(code, planned.get(code), sold.get(code, []), spent.get(code)) for code in (*planned, *others)]
    )


def _result(
    code: str, plan: SourceCodePlan | None, sales: Iterable[SourceCodeSale], cost: Money | None
) -> SourceCodeResult:
    sales = tuple(sales)
    amounts = [amount for sale in sales for amount in (sale.invoiced, sale.returned)]
    amounts += [] if cost is None else [cost]
    currency = amounts[0].currency if plan is None else plan.projected_sales.currency
    for amount in amounts:
        if amount.currency != currency:
            raise CURRENCY_MISMATCH.error(f"sales.{code}", value=amount, other=currency)
    return SourceCodeResult(
        code=code if plan is None else plan.code,
        orders=len({sale.order for sale in sales}),
        revenue=sum_money((sale.invoiced for sale in sales), currency),
        returned=sum_money((sale.returned for sale in sales), currency),
        cost=Money.zero(currency) if cost is None else cost,
        plan=plan,
    )
