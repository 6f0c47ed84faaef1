"""Change an item of the catalogue."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

ITEM_KEEPS_ITS_ID: Final = ProblemKind(
    "catalog.item_keeps_its_id",
    en="{value} is another item; accepted: {accepted}",
    it="{value} è un altro articolo; valori ammessi: {accepted}",
    de="{value} ist ein anderer Artikel; zulässig: {accepted}",
)
NOTHING_CHANGES: Final = ProblemKind(
    "catalog.nothing_changes",
    en="the item {value} is like that already; accepted: {accepted}",
    it="l'articolo {value} è già così; valori ammessi: {accepted}",
    de="der Artikel {value} ist bereits so; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeItem(Command):
    """Put another content in the place of an item; quotes made before keep their prices.

    Attributes:
        item: the item's id.
        changed: the item as it is from now on, under the same id.

    """

    name: ClassVar[str] = "catalog.change_item"
    target: ClassVar[str] = "item"
    item: str
    changed: Item


@frozen
class ItemChanged(Event[Item]):
    """An item was changed."""

    type_name: ClassVar[str] = "catalog.item_changed"
    changed: Item

    def apply(self, state: Item) -> Item:
        """Return the item as it is now."""
        del state
        return self.changed


def decide(state: Item, command: ChangeItem, _facts: Facts) -> Decision[Item]:
    """Change the item; refuse another id and a change of nothing."""
    if command.changed.id != state.id:
        return refuse(ITEM_KEEPS_ITS_ID.at("changed.id", value=command.changed.id, accepted=state.id))
    if command.changed == state:
        return refuse(NOTHING_CHANGES.at("changed", value=state.id, accepted="a difference in any field"))
    return (ItemChanged(command.changed),)


CHANGE_ITEM: Final = Operation(command=ChangeItem, decide=decide, events=(ItemChanged,), capabilities=("A05",))
