"""Give back authorisations that an order does not need."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import plan_voids

NOTHING_TO_VOID: Final = ProblemKind(
    "orders.nothing_to_void",
    en="{value} is set aside; accepted: {accepted}",
    it="è accantonato {value}; valori ammessi: {accepted}",
    de="{value} ist vorgemerkt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class VoidAuthorization(Command):
    """Give back every authorisation of which nothing is needed any more.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.void_authorization"
    target: ClassVar[str] = "order"

    order: str


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return that every open authorisation is needed, where that is so."""
    if plan_voids(state, facts.of(OrderPolicy), facts.now).intents:
        return ()
    value = state.ledger.authorized_open(facts.now)
    return (NOTHING_TO_VOID.at("", value=value, accepted="an open authorisation that nothing is left to pay for"),)


def decide(state: Order, _command: VoidAuthorization, facts: Facts) -> Decision[Order]:
    """Save the intents; the guard made sure that there are some."""
    return requested(plan_voids(state, facts.of(OrderPolicy), facts.now))


VOID_AUTHORIZATION: Final = Operation(
    command=VoidAuthorization,
    decide=decide,
    guard=guard,
    events=(PaymentRequested,),
    capabilities=("A09", "A14", "F05"),
)
