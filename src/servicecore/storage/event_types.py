"""The events that can be stored and read: by type name and version, older versions upcast first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.events import Event
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.codec import JsonCodec
from servicecore.storage.ports import StoreBroken, StoredEvent
from servicecore.storage.shapes import UnsupportedShape

Change: TypeAlias = "Callable[[dict[str, Any]], dict[str, Any]]"

_NEWER_HINT: Final = "the database was written by a newer release or with a plugin that is not installed"


@frozen
class Upcaster:
    """Turns the stored fields of one version of an event into those of the next.

    Attributes:
        type_name: of the event.
        version: the version that ``change`` takes; it gives ``version + 1``.
        change: from the fields as JSON is read to the fields of the next version; pure.

    """

    type_name: str
    version: int
    change: Change


@frozen
class EventTypes:
    """Every event class by its type name: a value, built from the aggregate kinds that an installation has.

    Build it with ``EventTypes.of``.
    """

    classes: Mapping[str, type[Event[Any]]]
    upcasters: Mapping[tuple[str, int], Change]
    codec: JsonCodec = field(repr=False)

    @classmethod
    def of(
        cls,
        kinds: Iterable[AggregateKind[Any]],
        *,
        upcasters: Iterable[Upcaster] = (),
        codec: JsonCodec | None = None,
    ) -> EventTypes:
        """Return the event types of ``kinds``; a class is checked when it is first written or read.

        Raises:
            UnsupportedShape: two classes have one type name.

        """
        classes: dict[str, type[Event[Any]]] = {}
        for kind in kinds:
            for event in kind.events():
                known = classes.setdefault(event.type_name, event)
                if known is not event:
                    raise UnsupportedShape(
                        f"{event.type_name} names two events: {known.__qualname__} and {event.__qualname__}"
                    )
        changes = {(each.type_name, each.version): each.change for each in upcasters}
        return cls(MappingProxyType(classes), MappingProxyType(changes), codec or JsonCodec())

    def encode_event(self, event: Event[Any], *, meta: str, at: datetime) -> StoredEvent:
        """Return ``event`` as it is stored, with ``meta`` (JSON text) and the instant ``at`` of its emission.

        Raises:
            UnsupportedShape: its class belongs to no kind, so nobody could read it back.

        """
        if self.classes.get(event.type_name) is not type(event):
            raise UnsupportedShape(
                f"{type(event).__qualname__} ({event.type_name}) is listed by no operation of any kind",
                hint="name it in the events of its operation",
            )
        return StoredEvent(event.type_name, event.type_version, self.codec.encode(event), meta, at)

    def decode_event(self, type_name: str, version: int, data: str) -> Event[Any]:
        """Return the event that was stored as ``type_name`` in ``version``, upcast to the version known here.

        Raises:
            StoreBroken: the type is unknown, the version newer or without upcaster, or the data damaged.

        """
        cls = self.classes.get(type_name)
        if cls is None:
            raise StoreBroken(f"event {type_name} version {version} is of an unknown type", hint=_NEWER_HINT)
        known = cls.type_version
        if version > known:
            raise StoreBroken(f"event {type_name} has version {version}, known is up to {known}", hint=_NEWER_HINT)
        try:
            plain = self.codec.to_object(data)
            for old in range(version, known):
                change = self.upcasters.get((type_name, old))
                if change is None:
                    raise StoreBroken(
                        f"event {type_name} has version {version}, known is {known}, "
                        f"and no upcaster leads from {old} to {old + 1}"
                    )
                plain = change(plain)
            return self.codec.from_plain(cls, plain)
        except InvalidValue as error:
            raise StoreBroken(f"event {type_name} version {version} cannot be read: {error}") from error
