"""A machine that drives any aggregate through random commands and compares the three verbs with each other."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from servicecore.engine import ServiceCore
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.events import fold
from servicecore.kernel.operations import AggregateKind, Command, Operation
from servicecore.testing.repairs import repaired
from servicecore.testing.values import Pool, instances

_COMMANDS: Final = 3
_REPAIRS: Final = 3
_PREFERENCE: Final = 3


class BaseAggregateMachine(RuleBasedStateMachine):
    """Random commands against one aggregate of ``kind``.

    A subclass names ``kind`` and begins one aggregate in ``begin``. After every step its document has to equal the
    fold of its events, ``check``, ``preview`` and ``execute`` have to agree, what ``allowed`` rules out may not
    happen, and a refused command may not have changed anything. A refused command is tried again as its problems say
    that it would be accepted. Run it as ``TestOrders = OrderMachine.TestCase`` of Hypothesis.

    Attributes:
        kind: of the aggregate.
        actor: who acts; with the role ``system``, so that automatic operations are tried too.
        reasons: reason codes to draw from.

    """

    kind: ClassVar[AggregateKind[Any]]
    actor: ClassVar[Actor] = Actor("machine", roles=frozenset({"manager", "system"}))
    reasons: ClassVar[tuple[str, ...]] = ("other",)

    @abstractmethod
    def open(self) -> tuple[ServiceCore, FixedClock]:
        """Return an installation on a clock that this machine may move."""
        raise NotImplementedError

    @abstractmethod
    def begin(self, core: ServiceCore) -> str:
        """Begin one aggregate and return its id."""
        raise NotImplementedError

    @initialize()
    def start(self) -> None:
        """Open an installation with one aggregate."""
        self.core, self.clock = self.open()
        self.id = self.begin(self.core)
        self.refused: list[str] = []
        self.done: list[str] = []

    def teardown(self) -> None:
        """Close the installation."""
        if hasattr(self, "core"):
            self.core.close()

    def operations(self) -> list[Operation[Any, Any]]:
        """Return the operations that random commands are drawn for: all that do not begin an aggregate."""
        return [each for each in self.kind.operations if not each.creates]

    def candidates(self) -> list[Operation[Any, Any]]:
        """Return the operations to draw from: all, and several times those that nothing rules out now."""
        tasks = self.core.acting_as(self.actor).allowed(self.id, self.kind.name)
        possible = {task.name for task in tasks if task.possible}
        found = self.operations()
        return [*(each for each in found if each.name in possible for _ in range(_PREFERENCE)), *found]

    @rule(data=st.data())
    def try_commands(self, data: st.DataObject) -> None:
        """Draw commands, ask all three verbs about each, and compare their answers."""
        for _ in range(data.draw(st.integers(1, _COMMANDS), label="commands")):
            operation = data.draw(st.sampled_from(self.candidates()), label="operation")
            state = self.core.locate(self.id, self.kind.name)[1]
            pool = Pool.of(state, *self.core.runtime.settings.policies, now=self.clock.now())
            target = {operation.command.target: self.id}
            try:
                command = data.draw(instances(operation.command, pool, **target), label="command")
            except UnsatisfiedAssumption:  # nothing that the class takes came up: the next operation has its turn
                continue
            reason = data.draw(st.sampled_from((*map(Reason, self.reasons), None)), label="reason")
            self.try_one(command, reason)

    def try_one(self, command: Command, reason: Reason | None) -> None:
        """Compare the verbs on ``command``, and on what its problems make of it where it is refused."""
        for _ in range(_REPAIRS + 1):
            problems = self.core.acting_as(self.actor).check(command, reason=reason)
            self.compare(command, reason)
            given = reason
            if reason is None and any(each.path == "reason" for each in problems):
                given = Reason(self.reasons[0])
            again = repaired(command, given, problems)
            if again == (command, reason):
                break
            command, reason = again

    def compare(self, command: Command, reason: Reason | None) -> None:
        """Ask all three verbs and ``allowed``, and compare."""
        desk = self.core.acting_as(self.actor)
        log = self.core.runtime.store.log(limit=10_000)
        tasks = {task.name: task for task in desk.allowed(self.id, self.kind.name)}
        problems = desk.check(command, reason=reason)
        preview = desk.preview(command, reason=reason)
        assert preview.problems == problems, f"preview says {preview.problems}, check said {problems}"
        assert self.core.runtime.store.log(limit=10_000) == log, "check or preview changed something"
        try:
            receipt = desk.execute(command, reason=reason)
        except Refused as refusal:
            assert refusal.problems == problems, f"execute refused with {refusal.problems}, check said {problems}"
            assert self.core.runtime.store.log(limit=10_000) == log, "a refused command changed something"
            self.refused.append(command.name)
        else:
            assert not problems, f"execute did what check refuses with {problems}"
            task = tasks.get(command.name)
            assert task is None or task.possible, f"execute did what allowed rules out with {task}"
            assert receipt.events == preview.events, f"execute did {receipt.events}, preview said {preview.events}"
            operation = self.core.runtime.registry.of_command(type(command))[1]
            assert {type(event) for event in receipt.events} <= set(operation.events)
            self.done.append(command.name)

    @rule(hours=st.integers(0, 200))
    def let_time_pass(self, hours: int) -> None:
        """Move the clock and do what is due; a second run at the same instant has nothing left to do."""
        self.clock.advance(timedelta(hours=hours))
        report = self.core.run_due()
        assert report.failures == (), report.failures
        assert self.core.run_due().events == 0, "a second run at the same instant still found something to do"

    @invariant()
    def document_is_the_fold(self) -> None:
        """Compare the stored state with the fold of the stored events, and everything else that ``verify`` does."""
        if not hasattr(self, "core"):
            return
        state = self.core.locate(self.id, self.kind.name)[1]
        assert state == fold(entry.event for entry in self.core.history(self.id, self.kind.name))
        assert tuple(self.core.verify()) == ()
