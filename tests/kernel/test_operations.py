"""What can be done to an aggregate, and every reason why not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.events import CreatingEvent, Event, fold
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import (
    AggregateKind,
    Command,
    Decision,
    Operation,
    Refusal,
    after,
    judge,
    refuse,
)
from servicecore.kernel.problems import Problem, ProblemKind

EMPTY = ProblemKind("test.empty", en="the jar is empty", it="il barattolo è vuoto", de="das Glas ist leer")
LOCKED = ProblemKind("test.locked", en="the jar is locked", it="il barattolo è chiuso", de="das Glas ist zu")


@frozen
class Jar:
    id: str
    beans: int
    locked: bool = False


@frozen
class Filled(CreatingEvent[Jar]):
    type_name: ClassVar[str] = "jar.filled"
    id: str
    beans: int

    def create(self) -> Jar:
        return Jar(self.id, self.beans)


@frozen
class Taken(Event[Jar]):
    type_name: ClassVar[str] = "jar.taken"
    beans: int

    def apply(self, state: Jar) -> Jar:
        return evolve(state, beans=state.beans - self.beans)


@frozen
class Fill(Command):
    name: ClassVar[str] = "jar.fill"
    target: ClassVar[str] = ""
    beans: int


@frozen
class Take(Command):
    name: ClassVar[str] = "jar.take"
    target: ClassVar[str] = "jar"
    jar: str
    beans: int


@frozen
class Smash(Command):
    name: ClassVar[str] = "jar.smash"
    target: ClassVar[str] = "jar"
    jar: str


def fill(_state: Jar, command: Fill, facts: Facts) -> Decision[Jar]:
    return (Filled(facts.new_id, command.beans),)


def take(state: Jar, command: Take, _facts: Facts) -> Decision[Jar]:
    if command.beans > state.beans:
        return refuse(EMPTY.at("beans"))
    return (Taken(command.beans),)


def unlocked(state: Jar, _facts: Facts) -> tuple[Problem, ...]:
    return (LOCKED.at(),) if state.locked else ()


FILL = Operation(command=Fill, decide=fill, events=(Filled,))
TAKE = Operation(command=Take, decide=take, guard=unlocked, events=(Taken, Filled), reason_required=True)
JAR = AggregateKind(name="jar", state=Jar, operations=(FILL, TAKE))
FACTS = Facts(
    datetime(2026, 1, 1, tzinfo=UTC),
    Actor("a", {"cook"}),
    Authority((Role("cook", ("jar.*",)),)),
    reason=Reason("hungry"),
    new_id="jar-1",
)


def codes(decision: Decision[Jar]) -> list[str]:
    assert isinstance(decision, Refusal)
    return [problem.code for problem in decision.problems]


def test_a_command_begins_an_aggregate_and_the_next_one_changes_it() -> None:
    begun = judge(JAR, None, Fill(5), FACTS)
    assert begun == (Filled("jar-1", 5),)
    jar = after(None, begun)
    taken = judge(JAR, jar, Take("jar-1", 2), FACTS)
    assert taken == (Taken(2),)
    assert after(jar, taken) == Jar("jar-1", 3)
    assert Take("jar-1", 2).target_id() == "jar-1"
    assert Fill(5).target_id() == ""


def test_the_rule_refuses_with_its_own_problem() -> None:
    assert codes(judge(JAR, Jar("jar-1", 1), Take("jar-1", 2), FACTS)) == ["test.empty"]


def test_every_outer_reason_is_told_at_once_before_the_rule_is_asked() -> None:
    nobody = evolve(FACTS, actor=Actor("b"), reason=None)
    assert codes(judge(JAR, Jar("jar-1", 0, locked=True), Take("jar-1", 2), nobody)) == [
        "authority.not_permitted",
        "test.locked",
        "authority.reason_required",
    ]


def test_a_target_has_to_exist_and_a_beginning_must_not() -> None:
    assert codes(judge(JAR, None, Take("jar-9", 2), FACTS)) == ["command.not_found"]
    assert codes(judge(JAR, Jar("jar-1", 0), Fill(1), FACTS)) == ["command.already_exists"]


def test_a_command_of_another_kind_is_a_bug_of_the_caller() -> None:
    with pytest.raises(LookupError, match=r"jar\.smash is no operation of jar"):
        judge(JAR, None, Smash("jar-1"), FACTS)


def test_a_kind_knows_its_operations_and_each_event_once() -> None:
    assert JAR.operation(Take) is TAKE
    assert JAR.operation(Smash) is None
    assert JAR.events() == (Filled, Taken)
    assert (FILL.creates, TAKE.creates, TAKE.name) == (True, False, "jar.take")
    jar = Jar("jar-1", 0)
    assert (JAR.indexes(jar), JAR.next_wakeup(jar), JAR.claims(jar), JAR.wake) == ({}, None, (), None)


@given(st.integers(0, 100), st.lists(st.integers(0, 10)))
def test_the_fold_of_the_events_is_the_state(beans: int, takes: list[int]) -> None:
    events: tuple[Event[Jar], ...] = (Filled("jar-1", beans),)
    state = after(None, events)
    for count in takes:
        decision = judge(JAR, state, Take("jar-1", count), FACTS)
        if not isinstance(decision, Refusal):
            state = after(state, decision)
            events += decision
        assert state.beans >= 0
    assert fold(events) == state
