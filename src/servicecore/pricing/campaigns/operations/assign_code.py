"""Assign an issued code to a customer, so that nobody else may use it."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.campaigns.code_batch import CodeBatch, PersonalCode
from servicecore.pricing.campaigns.on_file import CodesOnFile
from servicecore.pricing.check_coupon import VOIDED
from servicecore.pricing.coupon_limits import normalised

ALREADY_ASSIGNED: Final = ProblemKind(
    "coupon.already_assigned",
    en="the code belongs to the customer {value}; accepted: {accepted}",
    it="il codice appartiene al cliente {value}; valori ammessi: {accepted}",
    de="der Code gehört dem Kunden {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AssignCode(Command):
    """Make a code of a batch a personal one.

    Attributes:
        batch: id of the batch; ``ServiceCore.coupon_code`` tells it.
        code: in any case.
        customer: id or e-mail address of whoever may use it.

    """

    name: ClassVar[str] = "pricing.assign_code"
    target: ClassVar[str] = "batch"

    batch: str
    code: str = field(converter=normalised)
    customer: str = field(validator=lambda _self, _attribute, value: check_id(value, "customer") and None)


@frozen
class CodeAssigned(Event[CodeBatch]):
    """A code is personal from now on."""

    type_name: ClassVar[str] = "pricing.code_assigned"

    code: str
    customer: str

    def apply(self, state: CodeBatch) -> CodeBatch:
        """Return the batch with the code assigned."""
        return evolve(state, assigned=(*state.assigned, PersonalCode(self.code, self.customer)))


def decide(state: CodeBatch, command: AssignCode, facts: Facts) -> Decision[CodeBatch]:
    """Refuse codes of other batches, voided ones, and one that belongs to somebody else."""
    problems = state.check_member(command.code, facts.of(CodesOnFile).owner(command.code))
    if problems:
        return refuse(*problems)
    if command.code in state.voided:
        return refuse(VOIDED.at("code", value=command.code, accepted="a code that is not voided"))
    owner = state.customer(command.code)
    if owner == command.customer:
        return ()
    if owner:
        return refuse(ALREADY_ASSIGNED.at("code", value=owner, accepted="a code that nobody has"))
    return (CodeAssigned(command.code, command.customer),)


ASSIGN_CODE: Final = Operation(
    command=AssignCode,
    decide=decide,
    events=(CodeAssigned,),
    needs=(CodesOnFile,),
    capabilities=("A12",),
)
