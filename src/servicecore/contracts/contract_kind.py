"""What storage and the engine know of contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.contracts.contract import Contract
from servicecore.contracts.covered_item import CoverageScope
from servicecore.contracts.operations.approve_contract import APPROVE_CONTRACT
from servicecore.contracts.operations.bill_due_periods import BILL_DUE_PERIODS
from servicecore.contracts.operations.create_contract import CREATE_CONTRACT
from servicecore.contracts.operations.discard_contract import DISCARD_CONTRACT
from servicecore.contracts.operations.give_notice import GIVE_NOTICE
from servicecore.contracts.operations.hold_contract import HOLD_CONTRACT
from servicecore.contracts.operations.renew_contract import RENEW_CONTRACT
from servicecore.contracts.operations.resume_contract import RESUME_CONTRACT
from servicecore.contracts.operations.run_contract import RUN_CONTRACT, RunContract, next_wakeup
from servicecore.contracts.operations.terminate_contract import TERMINATE_CONTRACT
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind, Command


def indexes(contract: Contract) -> Mapping[str, tuple[str, ...]]:
    """Return by what a contract is found: customer, payer, status, covered item groups, items and serial numbers."""
    covered = contract.covered
    return {
        "customer": (contract.customer,),
        "bill_to": (contract.bill_to,),
        "status": (contract.status.value,),
        "item": tuple(dict.fromkeys(each.item for each in covered if each.item)),
        "item_group": tuple(each.reference for each in covered if each.scope is CoverageScope.ITEM_GROUP),
        "serial": tuple(each.reference for each in covered if each.scope is CoverageScope.SERIAL),
    }


def wake(contract: str) -> Command:
    """Return the command that due work executes for the contract with that id."""
    return RunContract(contract)


def figures(contract: Contract) -> tuple[tuple[str, Money], ...]:
    """Return the money of a contract: what was charged and not credited."""
    return (("billed", contract.billed()),)


CONTRACT: Final = AggregateKind(
    name="contract",
    state=Contract,
    operations=(
        CREATE_CONTRACT,
        APPROVE_CONTRACT,
        DISCARD_CONTRACT,
        HOLD_CONTRACT,
        RESUME_CONTRACT,
        BILL_DUE_PERIODS,
        RENEW_CONTRACT,
        GIVE_NOTICE,
        TERMINATE_CONTRACT,
        RUN_CONTRACT,
    ),
    indexes=indexes,
    found_by=("customer", "bill_to", "status", "item", "item_group", "serial"),
    next_wakeup=next_wakeup,
    wake=wake,
    figures=figures,
)
