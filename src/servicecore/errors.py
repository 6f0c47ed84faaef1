"""The exceptions of servicecore: one root class, each with a code, a hint and whether a retry can help."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from servicecore.kernel.problems import Problem


class ServiceCoreError(Exception):
    """Raised, through a subclass, whenever servicecore cannot give the answer that was asked for.

    Attributes:
        code: stable dotted name of what went wrong; see the reference of error codes.
        hint: what the caller can do about it, or what would be accepted; may be empty.
        retryable: whether the same call may succeed later unchanged.

    """

    code: ClassVar[str] = "servicecore.error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} ({self.hint})" if self.hint else message


def _hint(problems: tuple[Problem, ...]) -> str:
    """Return what would be accepted, each field by its path; the sentences of the problems say it too."""
    accepted = ((each.path, each.param("accepted")) for each in problems)
    return "; ".join(f"{path}: {said}" if path else said for path, said in accepted if said)


class InvalidValue(ServiceCoreError, ValueError):
    """Raised when a value cannot be built from what was given; carries the same answer as a problem."""

    code: ClassVar[str] = "servicecore.invalid_value"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text(), hint=_hint((problem,)))
        self.problem = problem

    def __str__(self) -> str:
        return self.problem.text()

    def __reduce__(self) -> tuple[type[InvalidValue], tuple[Problem]]:
        return type(self), (self.problem,)


class Refused(ServiceCoreError):
    """Raised by ``execute`` when a command was refused; nothing was changed and every problem is listed."""

    code: ClassVar[str] = "servicecore.refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.text() for problem in problems), hint=_hint(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(problem.text() for problem in self.problems)

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class NotFound(ServiceCoreError, LookupError):
    """Raised when nothing is stored under the given kind and id."""

    code: ClassVar[str] = "servicecore.not_found"


class AmbiguousId(ServiceCoreError, LookupError):
    """Raised when an id alone is asked for and several kinds have it."""

    code: ClassVar[str] = "servicecore.ambiguous_id"


class VersionConflict(ServiceCoreError):
    """Raised when somebody else changed the document since the version that the caller saw."""

    code: ClassVar[str] = "servicecore.version_conflict"
    retryable: ClassVar[bool] = True


class MissingFact(ServiceCoreError, LookupError):
    """Raised when an operation reads a fact that nobody gathered for it: a bug in the operation's needs."""

    code: ClassVar[str] = "servicecore.missing_fact"
