"""Resume a contract that is on hold; the next run catches up what fell due meanwhile."""

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
class ResumeContract(Command):
    """Resume a held contract.

    Attributes:
        contract: id of the contract.

    """

    name: ClassVar[str] = "contracts.resume_contract"
    target: ClassVar[str] = "contract"
    contract: str


@frozen
class ContractResumed(Event[Contract]):
    """The contract goes on."""

    type_name: ClassVar[str] = "contracts.contract_resumed"
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the approved contract, billable from now on."""
        return evolve(state, status=ContractStatus.APPROVED, billable_since=self.at)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be resumed: only one on hold can (``contracts.wrong_status``)."""
    return require_status(state, ContractStatus.ON_HOLD)


def decide(_state: Contract, _command: ResumeContract, facts: Facts) -> Decision[Contract]:
    """Return the resumption."""
    return (ContractResumed(facts.now),)


RESUME_CONTRACT: Final = Operation(
    command=ResumeContract, decide=decide, guard=guard, events=(ContractResumed,), capabilities=("D01", "B03")
)
