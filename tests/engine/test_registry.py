"""The registry: from a command to its kind, and a clear no for what nobody knows."""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import frozen

from servicecore.engine import KINDS, Registry, UnknownCommand
from servicecore.kernel.operations import Command
from servicecore.orders import ORDER, AddNote

REGISTRY = Registry(KINDS)


@frozen
class Stranger(Command):
    name: ClassVar[str] = "nowhere.stranger"
    target: ClassVar[str] = ""


def test_each_command_leads_to_its_kind_and_operation() -> None:
    for kind in KINDS:
        for operation in kind.operations:
            assert REGISTRY.of_command(operation.command) == (kind, operation)
            assert REGISTRY.command(operation.name) is operation.command
        assert REGISTRY.kind(kind.name) is kind
    assert REGISTRY.of_command(AddNote)[0] is ORDER


def test_what_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(UnknownCommand, match="Stranger is no command"):
        REGISTRY.of_command(Stranger)
    with pytest.raises(UnknownCommand, match=r"'nowhere\.stranger' is no command"):
        REGISTRY.command("nowhere.stranger")
    with pytest.raises(UnknownCommand, match="'oder' is no kind"):
        REGISTRY.kind("oder")
