"""Discard a draft that is not going to be a contract."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.contracts.status_rule import require_status
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class DiscardContract(Command):
    """Discard a draft; it stays readable.

    Attributes:
        contract: id of the contract.

    """

    name: ClassVar[str] = "contracts.discard_contract"
    target: ClassVar[str] = "contract"
    contract: str


@frozen
class ContractDiscarded(Event[Contract]):
    """The draft was given up."""

    type_name: ClassVar[str] = "contracts.contract_discarded"
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the discarded draft."""
        return evolve(state, status=ContractStatus.DISCARDED)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be discarded: only a draft can (``contracts.wrong_status``)."""
    return require_status(state, ContractStatus.DRAFT)


def decide(_state: Contract, _command: DiscardContract, facts: Facts) -> Decision[Contract]:
    """Return the end of the draft."""
    return (ContractDiscarded(facts.now),)


DISCARD_CONTRACT: Final = Operation(
    command=DiscardContract, decide=decide, guard=guard, events=(ContractDiscarded,), capabilities=("D01", "B03")
)
