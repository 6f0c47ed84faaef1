"""What a code that comes to an order or goes from it has in common: the event, and what stops it (E12)."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.problems import Problem
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.ship_lines import NOTHING_OPEN
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.repricing import RepricedLine, with_repriced
from servicecore.pricing.promised_reward import PromisedReward


@frozen
class CodesChanged(Event[Order]):
    """The codes of an order changed, and with them what its open units and its charges cost.

    Attributes:
        code: the one that came or went.
        lines: open units at their new prices.
        discounts: what every code gives after it.
        at: aware UTC.
        charges: charges that cost something else, or are made first, as they stand after it.
        charge_codes: codes that lower charges after it; None in what earlier releases stored: the same as before.
        rewards: what is promised for after the order by then; None: the same as before.

    """

    code: str
    lines: tuple[RepricedLine, ...]
    discounts: tuple[CodeDiscount, ...]
    at: datetime
    charges: tuple[OrderCharge, ...] = ()
    charge_codes: tuple[str, ...] | None = None
    rewards: tuple[PromisedReward, ...] | None = None

    def apply(self, state: Order) -> Order:
        """Return the order at its new prices."""
        changed = with_repriced(state, self.lines, self.discounts, self.charges, self.charge_codes)
        return changed if self.rewards is None else evolve(changed, rewards=self.rewards)


def check_open(state: Order, facts: Facts, command: str) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop ``command``, and that nothing is open, where that is so."""
    problems = holds_against(state.holds, command, facts.of(OrderPolicy), facts.now)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with units that were not sent"))
