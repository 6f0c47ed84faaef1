"""What became of a call of a plugin: the failure as a value, and the record that every call leaves."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind

RAISED: Final = ProblemKind(
    "plugins.raised",
    en="plugin {plugin} failed in {operation}: {value}; accepted: an answer",
    it="il plugin {plugin} ha fallito in {operation}: {value}; valori ammessi: una risposta",
    de="Plugin {plugin} ist in {operation} gescheitert: {value}; zulässig: eine Antwort",
)
TIMED_OUT: Final = ProblemKind(
    "plugins.timed_out",
    en="plugin {plugin} did not answer {operation} in time: {value}; accepted: an answer before the deadline",
    it="il plugin {plugin} non ha risposto in tempo a {operation}: {value}; valori ammessi: risposta entro il termine",
    de="Plugin {plugin} hat auf {operation} nicht rechtzeitig geantwortet: {value}; zulässig: Antwort vor Fristende",
)
BROKE_CONTRACT: Final = ProblemKind(
    "plugins.broke_contract",
    en="plugin {plugin} answered {operation} with what cannot be right: {value}; accepted: an answer by the contract",
    it="il plugin {plugin} ha risposto a {operation} con dati impossibili: {value}; valori ammessi: risposta conforme",
    de="Plugin {plugin} hat {operation} unmöglich beantwortet: {value}; zulässig: eine vertragsgemäße Antwort",
)
NOT_CALLED: Final = ProblemKind(
    "plugins.not_called",
    en="plugin {plugin} was not called for {operation}: {value}; accepted: a plugin that can be called",
    it="il plugin {plugin} non è stato chiamato per {operation}: {value}; valori ammessi: un plugin utilizzabile",
    de="Plugin {plugin} wurde für {operation} nicht aufgerufen: {value}; zulässig: ein aufrufbares Plugin",
)
UNAVAILABLE: Final = ProblemKind(
    "plugins.unavailable",
    en="plugin {plugin} could send nothing for {operation}: {value}; accepted: a gateway that can be reached",
    it="il plugin {plugin} non ha potuto inviare nulla per {operation}: {value}; valori ammessi: gateway raggiungibile",
    de="Plugin {plugin} konnte für {operation} nichts senden: {value}; zulässig: ein erreichbares Gateway",
)
UNKNOWN_NAME: Final = ProblemKind(
    "plugins.unknown_name",
    en="there is no {kind} called {value}; accepted: {accepted}",
    it="non esiste {kind} di nome {value}; valori ammessi: {accepted}",
    de="es gibt kein {kind} namens {value}; zulässig: {accepted}",
)


class FailureKind(Enum):
    """How a call of a plugin failed; after NOT_CALLED and UNAVAILABLE it is certain that nothing happened."""

    RAISED = "raised"
    TIMED_OUT = "timed_out"
    BROKE_CONTRACT = "broke_contract"
    NOT_CALLED = "not_called"
    UNAVAILABLE = "unavailable"

    @property
    def nothing_happened(self) -> bool:
        """Return whether the call certainly had no effect."""
        return self in {FailureKind.NOT_CALLED, FailureKind.UNAVAILABLE}


_SENTENCES: Final = MappingProxyType(
    {
        FailureKind.RAISED: RAISED,
        FailureKind.TIMED_OUT: TIMED_OUT,
        FailureKind.BROKE_CONTRACT: BROKE_CONTRACT,
        FailureKind.NOT_CALLED: NOT_CALLED,
        FailureKind.UNAVAILABLE: UNAVAILABLE,
    }
)


@frozen
class PluginFailure:
    """A call that gave no usable answer.

    Attributes:
        kind: how it failed.
        plugin: the plugin's id.
        operation: what was asked of which object: ``gateway.charge acme-pay``.
        detail: the innermost cause in words, known secrets taken out.

    """

    kind: FailureKind
    plugin: str
    operation: str
    detail: str

    @property
    def problem(self) -> Problem:
        """Return the failure as a problem (``plugins.raised``, ``plugins.timed_out``, ...)."""
        return _SENTENCES[self.kind].at("", plugin=self.plugin, operation=self.operation, value=self.detail)


class CallOutcome(Enum):
    """How a recorded call ended; LATE is an answer that came after the host had stopped waiting."""

    ANSWERED = "answered"
    FAILED = "failed"
    LATE = "late"


@frozen
class PluginCall:
    """The record of one call.

    Attributes:
        id: the call's id, as the plugin saw it; a late answer has the id of its call.
        plugin: the plugin's id, and ``version`` its version.
        operation: ``gateway.charge NAME``, ``tax.quote NAME``, ``fraud.assess ID``, ``event``.
        key: what it was about: idempotency key, order id, event position; may be empty.
        at: when it began, aware UTC by the host's clock.
        seconds: how long it took by the wall; for instrumentation only.
        outcome: how it ended.
        failure: the kind of failure for FAILED.
        detail: the failure's detail, or the evidence of a late answer.

    """

    id: str
    plugin: str
    version: str
    operation: str
    key: str
    at: datetime
    seconds: float
    outcome: CallOutcome
    failure: FailureKind | None = None
    detail: str = ""
