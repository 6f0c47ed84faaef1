"""A request: a command together with who wants it, why, and under which key."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.operations import Command

SYSTEM: Final = Actor("system", roles=frozenset({"system"}))
"""Who acts where nobody does: due work, processes, imports."""


@frozen(field_transformer=checked_fields)
class Request:
    """A command with all that comes with it.

    Attributes:
        command: what to do.
        actor: who.
        approver: a second person.
        reason: why.
        key: idempotency key; the same key and command are executed once.
        expected_version: the version that the caller saw; None lets a lost race be decided afresh.

    """

    command: Command
    actor: Actor
    approver: Actor | None = None
    reason: Reason | None = None
    key: str = ""
    expected_version: int | None = None
