"""Pay back what was granted and did not get through: after a decline, or a request that was never sent."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.refund_return import unsettled_takings
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import purse, to_pay_back

NOTHING_TO_PAY_BACK: Final = ProblemKind(
    "orders.nothing_to_pay_back",
    en="{value} is owed to the customer; accepted: {accepted}",
    it="al cliente è dovuto {value}; valori ammessi: {accepted}",
    de="dem Kunden werden {value} geschuldet; zulässig: {accepted}",
)
NO_WAY_BACK: Final = ProblemKind(
    "orders.no_way_back",
    en="no tender takes {value} back; accepted: {accepted}",
    it="nessun mezzo di pagamento accetta la restituzione di {value}; valori ammessi: {accepted}",
    de="kein Zahlungsmittel nimmt {value} zurück; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class PayRefund(Command):
    """Pay back all that was granted, was taken before, and is not on its way back.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.pay_refund"
    target: ClassVar[str] = "order"

    order: str


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, payments in doubt, and that nothing is owed, where that is so."""
    problems = [
        *holds_against(state.holds, PayRefund.name, facts.of(OrderPolicy), facts.now),
        *unsettled_takings(state),
    ]
    owed = to_pay_back(state)
    if not owed:
        problems.append(NOTHING_TO_PAY_BACK.at(value=owed, accepted="a granted refund that was not paid"))
    return tuple(problems)


def decide(state: Order, _command: PayRefund, facts: Facts) -> Decision[Order]:
    """Refuse where no tender takes money back; else save the intents."""
    owed = to_pay_back(state)
    plan = purse(state, facts.of(OrderPolicy), facts.now).refund(owed)
    if not plan.intents:
        return refuse(NO_WAY_BACK.at(value=owed, accepted="a refundable tender that was charged"))
    return requested(plan)


PAY_REFUND: Final = Operation(
    command=PayRefund,
    decide=decide,
    guard=guard,
    events=(PaymentRequested,),
    capabilities=("A16", "E26", "F05"),
)
