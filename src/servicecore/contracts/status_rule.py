"""In which status of a contract an operation is possible."""

from __future__ import annotations

from typing import Final

from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.kernel.problems import Problem, ProblemKind

WRONG_STATUS: Final = ProblemKind(
    "contracts.wrong_status",
    en="the contract is {value}; accepted: {accepted}",
    it="il contratto è {value}; valori ammessi: {accepted}",
    de="der Vertrag ist {value}; zulässig: {accepted}",
)


def require_status(contract: Contract, *accepted: ContractStatus) -> tuple[Problem, ...]:
    """Return why the contract's status stops an operation; empty where it is one of ``accepted``."""
    if contract.status in accepted:
        return ()
    names = ", ".join(status.value for status in accepted)
    return (WRONG_STATUS.at("status", value=contract.status.value, accepted=names),)
