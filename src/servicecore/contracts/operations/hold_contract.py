"""Put a contract on hold: it entitles to nothing, and nothing is billed or renewed until it is resumed."""

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
class HoldContract(Command):
    """Suspend a contract; what falls due meanwhile is caught up by the run after its resumption.

    Attributes:
        contract: id of the contract.

    """

    name: ClassVar[str] = "contracts.hold_contract"
    target: ClassVar[str] = "contract"
    contract: str


@frozen
class ContractHeld(Event[Contract]):
    """The contract rests."""

    type_name: ClassVar[str] = "contracts.contract_held"
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract on hold, not billable."""
        return evolve(state, status=ContractStatus.ON_HOLD, billable_since=None)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be held: only an approved one can (``contracts.wrong_status``)."""
    return require_status(state, ContractStatus.APPROVED)


def decide(_state: Contract, _command: HoldContract, facts: Facts) -> Decision[Contract]:
    """Return the hold."""
    return (ContractHeld(facts.now),)


HOLD_CONTRACT: Final = Operation(
    command=HoldContract, decide=decide, guard=guard, events=(ContractHeld,), capabilities=("D01", "B03")
)
