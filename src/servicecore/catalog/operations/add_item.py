"""Add an item to the catalogue."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

ID_IS_THE_ITEMS: Final = ProblemKind(
    "catalog.id_is_the_items",
    en="the item {value} is stored under its own id; accepted: {accepted}",
    it="l'articolo {value} si archivia con il proprio codice; valori ammessi: {accepted}",
    de="der Artikel {value} wird unter seiner eigenen Kennung gespeichert; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AddItem(Command):
    """Add an item to the catalogue; its own id is the id of the aggregate.

    Attributes:
        item: what is sold from now on.

    """

    name: ClassVar[str] = "catalog.add_item"
    target: ClassVar[str] = ""
    item: Item

    def given_id(self) -> str:
        """Return the item's own id."""
        return self.item.id


@frozen
class ItemAdded(CreatingEvent[Item]):
    """An item was added."""

    type_name: ClassVar[str] = "catalog.item_added"
    item: Item

    def create(self) -> Item:
        """Return the item."""
        return self.item


def decide(_state: None, command: AddItem, facts: Facts) -> Decision[Item]:
    """Add the item, unless the id that was handed out is not the item's (``catalog.id_is_the_items``)."""
    if facts.new_id not in {"", command.item.id}:
        return refuse(ID_IS_THE_ITEMS.at("item.id", value=command.item.id, accepted=f"the id {facts.new_id}"))
    return (ItemAdded(command.item),)


ADD_ITEM: Final = Operation(command=AddItem, decide=decide, events=(ItemAdded,), capabilities=("A05",))
