"""Random values: of every command and event of every room, storable, and drawn from what is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import pytest
from attrs import field, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicecore.engine import KINDS
from servicecore.kernel.authority import Reason
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import ProblemKind
from servicecore.storage.codec import JsonCodec
from servicecore.testing.repairs import repaired
from servicecore.testing.values import Pool, instances, leaves, values

COMMANDS = [operation.command for kind in KINDS for operation in kind.operations]
CODEC = JsonCodec()
FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


class Colour(Enum):
    RED = "red"


@frozen
class Inner:
    amount: Money
    colour: Colour = Colour.RED


@frozen
class Outer:
    name: str
    count: int
    share: Decimal
    inner: tuple[Inner, ...]
    at: datetime
    tags: frozenset[str] = frozenset()
    other: Inner | None = None


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HELD = Outer("tea", 7, Decimal("2.5"), (Inner(Money("4.50", "CHF")),), NOW, frozenset({"hot"}))


def test_the_leaves_of_a_value_are_its_plain_values() -> None:
    assert set(leaves(HELD)) == {"tea", 7, Decimal("2.5"), Money("4.50", "CHF"), "CHF", Colour.RED, NOW, "hot"}


def test_a_pool_sorts_what_a_state_holds() -> None:
    pool = Pool.of(HELD, now=NOW)
    assert (pool.texts, pool.numbers, pool.decimals) == (("tea", "CHF", "hot"), (7,), (Decimal("2.5"),))
    assert (pool.money, pool.currency) == ((Money("4.50", "CHF"),), "CHF")


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_drawn_values_are_of_their_type_and_near_what_is_held(data: st.DataObject) -> None:
    drawn = data.draw(instances(Outer, Pool.of(HELD, now=NOW)))
    assert isinstance(drawn, Outer)
    assert abs(drawn.at - NOW) <= timedelta(hours=100)
    assert {each.amount.currency for each in drawn.inner} <= {"CHF"}


def test_fixed_fields_keep_their_values_and_held_ones_come_up() -> None:
    seen: set[str] = set()

    @given(instances(Outer, Pool.of(HELD), count=3))
    @settings(max_examples=100, database=None, deadline=None)
    def look(drawn: Outer) -> None:
        assert drawn.count == 3
        seen.add(drawn.name)

    look()
    assert "tea" in seen


def test_a_type_of_no_known_sort_is_refused() -> None:
    with pytest.raises(Exception, match="object"):
        values(object).example()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_can_be_drawn_and_survives_its_json(command: type[Command]) -> None:
    drawn: list[Any] = []

    @given(instances(command))
    @FEW
    def look(value: Any) -> None:
        drawn.append(value)
        assert CODEC.decode(command, CODEC.encode(value)) == value

    look()
    assert drawn


WRONG = ProblemKind("test.wrong", en="{value}: {accepted}", it="{value}: {accepted}", de="{value}: {accepted}")


@frozen
class Part:
    number: int = field(default=0)
    price: Money = field(default=Money("9", "EUR"))


@frozen
class Order(Command):
    name: ClassVar[str] = "test.order"
    target: ClassVar[str] = "id"
    id: str
    hold: str = ""
    share: Decimal | None = None
    parts: tuple[Part, ...] = ()


def test_a_repair_sets_what_the_problem_accepts_wherever_it_is() -> None:
    command = Order("order-1", hold="x", parts=(Part(), Part(5)))
    problems = (
        WRONG.at("hold", value="x", accepted="fraud, payment or agent"),
        WRONG.at("share", value=None, accepted="above 0 and at most 2.5"),
        WRONG.at("parts[1].number", value=5, accepted="0 to 3"),
        WRONG.at("parts[0].price", value=9, accepted="at most 4.50 EUR"),
        WRONG.at("reason", value="x", accepted="damaged, other"),
    )
    fixed, reason = repaired(command, None, problems)
    assert fixed == Order("order-1", "fraud", Decimal("2.5"), (Part(0, Money("4.50", "EUR")), Part(3)))
    assert reason == Reason("damaged")


def test_a_repair_leaves_what_no_problem_explains_and_never_the_target() -> None:
    command = Order("order-1")
    problems = (
        WRONG.at("", accepted="something else"),
        WRONG.at("id", accepted="order-2"),
        WRONG.at("hold", accepted="one of those that stand"),
        WRONG.at("nothing.here", accepted="1"),
        WRONG.at("parts[3].number", accepted="1"),
    )
    assert repaired(command, Reason("mine"), problems) == (command, Reason("mine"))
