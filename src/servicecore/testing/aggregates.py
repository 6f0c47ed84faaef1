"""A machine that drives any aggregate through random commands and compares the three verbs with each other."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from servicecore.engine import ServiceCore
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.events import fold
from servicecore.kernel.operations import AggregateKind, Operation
from servicecore.testing.values import Pool, instances


class BaseAggregateMachine(RuleBasedStateMachine):
    """Random commands against one aggregate of ``kind``, on a store in memory.

    A subclass names ``kind`` and begins one aggregate in ``begin``. After every step its document has to equal the
    fold of its events, ``check``, ``preview`` and ``execute`` have to agree, and a refused command may not have
    changed anything. Run it as ``class TestOrders(...).TestCase`` of Hypothesis.
    """

    kind: ClassVar[AggregateKind[Any]]
    actor: ClassVar[Actor] = Actor("machine", roles=frozenset({"manager", "system"}))
    reasons: ClassVar[tuple[str, ...]] = ("other",)

    @abstractmethod
    def open(self) -> tuple[ServiceCore, FixedClock]:
        """Return an installation in memory on a clock that this machine may move."""
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
        self.refused = 0
        self.done = 0

    def teardown(self) -> None:
        """Close the installation."""
        if hasattr(self, "core"):
            self.core.close()

    def operations(self) -> list[Operation[Any, Any]]:
        """Return the operations that random commands are drawn for: all that do not begin an aggregate."""
        return [each for each in self.kind.operations if not each.creates]

    @rule(data=st.data())
    def try_a_command(self, data: st.DataObject) -> None:
        """Draw a command, ask all three verbs, and compare their answers."""
        state = self.core.locate(self.id, self.kind.name)[1]
        operation = data.draw(st.sampled_from(self.operations()), label="operation")
        target = {operation.command.target: self.id}
        command = data.draw(instances(operation.command, Pool.of(state), **target), label="command")
        reason = data.draw(st.one_of(st.none(), st.sampled_from(self.reasons).map(Reason)), label="reason")
        desk = self.core.acting_as(self.actor)
        problems = desk.check(command, reason=reason)
        preview = desk.preview(command, reason=reason)
        assert preview.problems == problems
        version = len(self.core.history(self.id, self.kind.name))
        try:
            receipt = desk.execute(command, reason=reason)
        except Refused as refusal:
            assert refusal.problems == problems, f"execute refused with {refusal.problems}, check said {problems}"
            assert len(self.core.history(self.id, self.kind.name)) == version
            self.refused += 1
        else:
            assert not problems, f"execute did what check refuses with {problems}"
            assert receipt.events == preview.events
            assert {type(event) for event in receipt.events} <= set(operation.events)
            self.done += 1

    @rule(hours=st.integers(0, 200))
    def let_time_pass(self, hours: int) -> None:
        """Move the clock and do what is due; a second run at the same instant has nothing left to do."""
        self.clock.advance(timedelta(hours=hours))
        report = self.core.run_due()
        assert report.failures == ()
        assert self.core.run_due().events == 0

    @invariant()
    def document_is_the_fold(self) -> None:
        """Compare the stored state with the fold of the stored events, and everything else that ``verify`` does."""
        if not hasattr(self, "core"):
            return
        state = self.core.locate(self.id, self.kind.name)[1]
        assert state == fold(entry.event for entry in self.core.history(self.id, self.kind.name))
        assert tuple(self.core.verify()) == ()
