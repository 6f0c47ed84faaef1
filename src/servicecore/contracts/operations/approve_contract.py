"""Approve a contract: from then on it entitles to service and is billed."""

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
class ApproveContract(Command):
    """Approve a draft; the periods that are due already are billed by the next run.

    Attributes:
        contract: id of the contract.

    """

    name: ClassVar[str] = "contracts.approve_contract"
    target: ClassVar[str] = "contract"
    contract: str


@frozen
class ContractApproved(Event[Contract]):
    """The contract stands."""

    type_name: ClassVar[str] = "contracts.contract_approved"
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the approved contract, billable from now on."""
        return evolve(state, status=ContractStatus.APPROVED, billable_since=self.at)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be approved: only a draft can (``contracts.wrong_status``)."""
    return require_status(state, ContractStatus.DRAFT)


def decide(_state: Contract, _command: ApproveContract, facts: Facts) -> Decision[Contract]:
    """Return the approval."""
    return (ContractApproved(facts.now),)


APPROVE_CONTRACT: Final = Operation(
    command=ApproveContract, decide=decide, guard=guard, events=(ContractApproved,), capabilities=("D01", "B03")
)
