"""What an imported row becomes: its class, its id, and the command that keeps it, or none where it is there alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from servicecore.catalog import ITEM, AddItem, ChangeItem, Item
from servicecore.customers import CUSTOMER, RegisterCustomer
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.operations.record_order import RECORDED_ORDER, RecordOrder
from servicecore.orders.recorded_order import RecordedOrder
from servicecore.pricing.costs import CostRow
from servicecore.pricing.price_lists import PriceRow
from servicecore.pricing.promotions.offer import Offer

REPEATED_ROW: Final = ProblemKind(
    "import.repeated_row",
    en="{value} stands in line {line} already; accepted: {accepted}",
    it="{value} compare già alla riga {line}; valori ammessi: {accepted}",
    de="{value} steht bereits in Zeile {line}; zulässig: {accepted}",
)

INCOMPLETE_BOOK: Final = ProblemKind(
    "import.incomplete_book",
    en="the price book {value} has rows that could not be read: {rows}; accepted: {accepted}",
    it="il listino {value} ha righe che non è stato possibile leggere: {rows}; valori ammessi: {accepted}",
    de="das Preisbuch {value} hat Zeilen, die nicht lesbar waren: {rows}; zulässig: {accepted}",
)

PRICE_BOOK_PARTS: Final[Mapping[str, tuple[str, type[Any]]]] = MappingProxyType(
    {"price": ("lists", PriceRow), "cost": ("costs", CostRow), "offer": ("offers", Offer)}
)
"""Into what a row of the price book goes: the book's field and the row's class."""


@frozen
class RowKind:
    """How rows of one sort become aggregates.

    Attributes:
        cls: the class that a filled record is read as.
        identity: the id of what was read.
        command: the command that keeps it; None where it is stored alike.

    """

    cls: type[Any]
    identity: Callable[[Any], str]
    command: Callable[[Any], Command | None]

    def repeated(self, identity: str, line: int) -> Problem:
        """Return the problem of a second row for the same thing."""
        return REPEATED_ROW.at("id", value=identity, line=line, accepted="each id once")


def row_kinds(runtime: Runtime) -> dict[str, RowKind]:
    """Return the sorts of rows that become aggregates: ``item``, ``customer``, ``order``."""

    def item_command(item: Item) -> Command | None:
        known = find_state(runtime, ITEM, item.id)
        if known is None:
            return AddItem(item)
        return None if known == item else ChangeItem(item.id, item)

    def customer_command(customer: RegisterCustomer) -> Command | None:
        return customer if find_state(runtime, CUSTOMER, customer.id) is None else None

    def order_command(order: RecordedOrder) -> Command | None:
        return None if find_state(runtime, RECORDED_ORDER, order.id) == order else RecordOrder(order)

    return {
        "item": RowKind(Item, lambda item: item.id, item_command),
        "customer": RowKind(RegisterCustomer, lambda customer: customer.id, customer_command),
        "order": RowKind(RecordedOrder, lambda order: order.id, order_command),
    }
