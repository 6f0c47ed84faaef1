"""Change where an order goes."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers import Address
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.ship_lines import NOTHING_OPEN
from servicecore.orders.order import Order
from servicecore.orders.policy import OrderPolicy

OTHER_TAX_AREA: Final = ProblemKind(
    "orders.other_tax_area",
    en="{value} is taxed differently from what was agreed; accepted: {accepted}",
    it="{value} è tassato diversamente da quanto concordato; valori ammessi: {accepted}",
    de="{value} wird anders besteuert als vereinbart; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeShipTo(Command):
    """Send what was not sent yet to another address of the same tax area.

    Attributes:
        order: id of the order.
        address: where it goes from now on.

    """

    name: ClassVar[str] = "orders.change_ship_to"
    target: ClassVar[str] = "order"

    order: str
    address: Address


@frozen
class ShipToChanged(Event[Order]):
    """An order goes somewhere else from now on."""

    type_name: ClassVar[str] = "orders.ship_to_changed"

    address: Address

    def apply(self, state: Order) -> Order:
        """Return the order with the new address."""
        return evolve(state, ship_to=self.address)


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that everything was sent, where that is so."""
    problems = holds_against(state.holds, ChangeShipTo.name, facts.of(OrderPolicy), facts.now)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with units that were not sent"))


def decide(state: Order, command: ChangeShipTo, _facts: Facts) -> Decision[Order]:
    """Refuse a country or region other than the one that the agreed tax was asked for; the same address is no news."""
    if command.address == state.ship_to:
        return ()
    cart = state.quote.cart
    address = command.address
    country = cart.ship_to_country or (state.ship_to.country if state.ship_to is not None else "")
    region = cart.ship_to_region or (state.ship_to.region if state.ship_to is not None else "")
    if (country and address.country != country) or (region and address.region != region):
        accepted = f"an address in {country} {region}".rstrip() + ", or a new quote"
        value = f"{address.country} {address.region}".rstrip()
        return refuse(OTHER_TAX_AREA.at("address.country", value=value, accepted=accepted))
    return (ShipToChanged(address),)


CHANGE_SHIP_TO: Final = Operation(
    command=ChangeShipTo,
    decide=decide,
    guard=guard,
    events=(ShipToChanged,),
    capabilities=("E14",),
)
