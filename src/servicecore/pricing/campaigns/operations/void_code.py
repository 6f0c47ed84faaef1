"""Void one code; the others of its batch go on."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.pricing.campaigns.code_batch import CodeBatch
from servicecore.pricing.campaigns.on_file import CodesOnFile
from servicecore.pricing.coupon_limits import normalised


@frozen(field_transformer=checked_fields)
class VoidCode(Command):
    """Refuse a code from now on; orders that have it keep it.

    Attributes:
        batch: id of the batch; ``ServiceCore.coupon_code`` tells it.
        code: in any case.

    """

    name: ClassVar[str] = "pricing.void_code"
    target: ClassVar[str] = "batch"

    batch: str
    code: str = field(converter=normalised)


@frozen
class CodeVoided(Event[CodeBatch]):
    """A code is refused from now on."""

    type_name: ClassVar[str] = "pricing.code_voided"

    code: str

    def apply(self, state: CodeBatch) -> CodeBatch:
        """Return the batch with the code voided."""
        return evolve(state, voided=(*state.voided, self.code))


def decide(state: CodeBatch, command: VoidCode, facts: Facts) -> Decision[CodeBatch]:
    """Refuse codes of other batches; a code that is voided stays so."""
    problems = state.check_member(command.code, facts.of(CodesOnFile).owner(command.code))
    if problems:
        return refuse(*problems)
    return () if command.code in state.voided else (CodeVoided(command.code),)


VOID_CODE: Final = Operation(
    command=VoidCode,
    decide=decide,
    events=(CodeVoided,),
    needs=(CodesOnFile,),
    reason_required=True,
    capabilities=("A12",),
)
