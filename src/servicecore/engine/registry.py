"""The kinds of aggregates that an installation knows, and the way from a command to its kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from servicecore.errors import InvalidValue, ServiceCoreError
from servicecore.kernel.operations import AggregateKind, Command, Operation
from servicecore.kernel.problems import ProblemKind

UNKNOWN_INDEX: Final = ProblemKind(
    "engine.unknown_index",
    en="{value} is no index of {kind}; accepted: {accepted}",
    it="{value} non è un indice di {kind}; valori ammessi: {accepted}",
    de="{value} ist kein Index von {kind}; zulässig: {accepted}",
)


class UnknownCommand(ServiceCoreError, LookupError):
    """Raised when a command or kind is asked for that no room of this installation has."""

    code = "engine.unknown_command"


def _by_command(registry: Registry) -> Mapping[type[Command], tuple[AggregateKind[Any], Operation[Any, Any]]]:
    return MappingProxyType(
        {operation.command: (kind, operation) for kind in registry.kinds for operation in kind.operations}
    )


@frozen
class Registry:
    """All kinds, found by name and by command."""

    kinds: tuple[AggregateKind[Any], ...]
    _commands: Mapping[type[Command], tuple[AggregateKind[Any], Operation[Any, Any]]] = field(
        init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_commands", _by_command(self))

    def of_command(self, command: type[Command]) -> tuple[AggregateKind[Any], Operation[Any, Any]]:
        """Return kind and operation of a command's class.

        Raises:
            UnknownCommand: no kind has it.

        """
        try:
            return self._commands[command]
        except KeyError:
            raise UnknownCommand(f"{command.__name__} is no command of this installation") from None

    def kind(self, name: str) -> AggregateKind[Any]:
        """Return the kind called ``name``.

        Raises:
            UnknownCommand: there is none.

        """
        for kind in self.kinds:
            if kind.name == name:
                return kind
        known = ", ".join(kind.name for kind in self.kinds)
        raise UnknownCommand(f"{name!r} is no kind of aggregate", hint=f"there are {known}")

    def check_index(self, kind: str, index: str) -> None:
        """Return where aggregates of ``kind`` may be found by ``index``.

        Raises:
            UnknownCommand: there is no such kind.
            InvalidValue: the kind has no such index (``engine.unknown_index``).

        """
        known = self.kind(kind).found_by
        if known and index not in known:
            accepted = ", ".join(sorted(known))
            raise InvalidValue(UNKNOWN_INDEX.at("index", value=repr(index), kind=kind, accepted=accepted))

    def command(self, name: str) -> type[Command]:
        """Return the class of the command called ``name``.

        Raises:
            UnknownCommand: there is none.

        """
        for command in self._commands:
            if command.name == name:
                return command
        raise UnknownCommand(f"{name!r} is no command", hint="`servicecore schema` lists them")
