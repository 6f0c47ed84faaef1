"""Late slots: fields of frozen objects that are made when they are read for the first time."""

from __future__ import annotations

from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

from attrs import frozen


@frozen
class LateSlot:
    """A slot that is filled when it is read, where the constructor did not; nobody can tell the difference.

    Attributes:
        slot: where the value is kept.
        fill: makes the value from the object.

    """

    slot: MemberDescriptorType
    fill: Callable[[Any], Any]

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return self
        try:
            return self.slot.__get__(instance, owner)
        except AttributeError:
            made = self.fill(instance)
            self.slot.__set__(instance, made)
            return made

    def __set__(self, instance: object, value: object) -> None:
        self.slot.__set__(instance, value)


def fill_late(cls: type, name: str, fill: Callable[[Any], Any]) -> None:
    """Let the slot ``name``, where ``cls`` has it by now, be filled by ``fill`` when it is read."""
    slot = vars(cls).get(name)
    if isinstance(slot, MemberDescriptorType):
        setattr(cls, name, LateSlot(slot, fill))
