"""Every kind of aggregate under random commands, and proof that the machine finds what it is there to find."""

from __future__ import annotations

import itertools
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from servicecore import orders, pricing
from servicecore.billing import INVOICE, InvoiceKind, InvoiceLine, IssueInvoice
from servicecore.cases import CASE, OpenCase
from servicecore.catalog import ITEM, AddItem, Item
from servicecore.contracts import CONTRACT, ApproveContract, CreateContract, FeeLine
from servicecore.customers import CUSTOMER, RegisterCustomer
from servicecore.engine import Registry, ServiceCore, Settings
from servicecore.engine.journal import Journal
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.events import CreatingEvent, Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind, Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.orders.operations.record_order import RECORDED_ORDER, RecordOrder
from servicecore.orders.recorded_order import RecordedLine, RecordedOrder
from servicecore.pricing.price_match import PRICE_MATCH, CompetitorPrice, CreatePriceMatch
from servicecore.storage.codec import JsonCodec
from servicecore.storage.event_types import EventTypes
from servicecore.testing.aggregates import BaseAggregateMachine

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODEST = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


class Machine(BaseAggregateMachine):
    """The generic machine on an installation in memory."""

    url: ClassVar[str] = "memory:"
    tried: ClassVar[Counter[str]]

    def open(self) -> tuple[ServiceCore, FixedClock]:
        clock = FixedClock(NOW)
        book = pricing.PriceBook(id="shop", version="1", items=(Item("tea", "Tea", base_price=euro("4.50")),))
        core = ServiceCore.open(
            self.url,
            clock=clock,
            ids=CountingIds(),
            autoload=False,
            book=book,
            settings=Settings(tax_engine="none"),
        )
        return core, clock

    def teardown(self) -> None:
        if hasattr(self, "done") and hasattr(self, "tried"):
            self.tried.update(done=len(self.done), refused=len(self.refused))
            self.tried.update(self.done)
        super().teardown()


class OrderMachine(Machine):
    """An order with one line sent and billed, and one still open."""

    kind = orders.ORDER

    def begin(self, core: ServiceCore) -> str:
        desk = core.acting_as(self.actor)
        lines = (pricing.CartLine("tea", Decimal(3)), pricing.CartLine("tea", Decimal(2)))
        quote = desk.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
        card = orders.Card(token="tok_1")  # noqa: S106 - a made-up token
        order = desk.execute(orders.PlaceOrder(quote=quote, tenders=(card,))).id
        desk.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(3)),)))
        desk.execute(orders.InvoiceShipment(order))
        return order


class CaseMachine(Machine):
    kind = CASE

    def begin(self, core: ServiceCore) -> str:
        return core.acting_as(self.actor).execute(OpenCase(customer="C-1", subject="the printer is silent")).id


class ContractMachine(Machine):
    kind = CONTRACT

    def begin(self, core: ServiceCore) -> str:
        month = Interval(IntervalUnit.MONTH)
        desk = core.acting_as(self.actor)
        contract = desk.execute(
            CreateContract(
                customer="C-1",
                currency="EUR",
                zone="Europe/Rome",
                start=date(2026, 2, 15),
                initial_term=Interval(IntervalUnit.MONTH, 3),
                fee_lines=(FeeLine("fee", "Maintenance", euro("99.99"), month, month),),
            )
        ).id
        desk.execute(ApproveContract(contract))
        return contract


class CustomerMachine(Machine):
    kind = CUSTOMER

    def begin(self, core: ServiceCore) -> str:
        return core.acting_as(self.actor).execute(RegisterCustomer(customer_name="Mario Rossi", id="C-1")).id


class ItemMachine(Machine):
    kind = ITEM

    def begin(self, core: ServiceCore) -> str:
        return core.acting_as(self.actor).execute(AddItem(Item("tea", "Green tea", cost=euro("2")))).id


class PriceMatchMachine(Machine):
    kind = PRICE_MATCH

    def begin(self, core: ServiceCore) -> str:
        command = CreatePriceMatch("tea", CompetitorPrice("rival", euro("4.10")), expires_at=NOW + timedelta(days=7))
        return core.acting_as(self.actor).execute(command).id


class InvoiceMachine(Machine):
    kind = INVOICE

    def begin(self, core: ServiceCore) -> str:
        line = InvoiceLine(number=1, description="Tea", quantity=Decimal(2), net=euro("1000.00"), tax=euro("220.00"))
        command = IssueInvoice(
            kind=InvoiceKind.SHIPMENT,
            source="order-1/shipment/1",
            customer="C-1",
            currency="EUR",
            lines=(line,),
            order="order-1",
        )
        return core.acting_as(self.actor).execute(command).id


def recorded(number: str) -> RecordedOrder:
    return RecordedOrder(
        id=number,
        customer="C-1",
        ordered_on=date(2014, 5, 1),
        currency="USD",
        lines=(RecordedLine("707", Decimal(2), Money("20.00", "USD"), Money("40.00", "USD"), 1),),
        subtotal=Money("40.00", "USD"),
        tax=Money("3.20", "USD"),
        freight=Money("1.00", "USD"),
        total=Money("44.20", "USD"),
    )


MACHINES = (OrderMachine, CaseMachine, ContractMachine, CustomerMachine, ItemMachine, InvoiceMachine, PriceMatchMachine)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.kind.name)
def test_random_commands_find_no_fault_and_a_good_share_of_them_is_accepted(machine: type[Machine]) -> None:
    """At least one in ten is done, and at least as many refused: both ways are compared."""
    tried: Counter[str] = Counter()
    run_state_machine_as_test(
        type(machine.__name__, (machine,), {"tried": tried}), settings=settings(MODEST, max_examples=25)
    )
    done, refused = tried["done"], tried["refused"]
    assert done + refused >= 40
    assert done >= 4
    assert done * 10 >= done + refused
    assert refused * 20 >= done + refused


def test_random_commands_find_no_fault_on_a_file(tmp_path: Any) -> None:
    numbers = itertools.count()

    class OnFile(OrderMachine):
        def open(self) -> tuple[ServiceCore, FixedClock]:
            type(self).url = f"sqlite:///{tmp_path / str(next(numbers))}.db"
            return super().open()

    run_state_machine_as_test(OnFile, settings=settings(MODEST, max_examples=5))


def test_a_recorded_order_is_kept_once_and_never_changed() -> None:
    """It has no operation but its beginning, so there is nothing to draw; the verbs agree on that one."""
    assert [operation.name for operation in RECORDED_ORDER.operations if not operation.creates] == []
    with ServiceCore.open("memory:", autoload=False) as core:
        desk = core.acting_as(Machine.actor)
        command = RecordOrder(recorded("43659"))
        assert desk.preview(command).events == desk.execute(command).events
        assert desk.get("43659", "recorded_order") == recorded("43659")
        assert [problem.code for problem in desk.check(command)] == ["command.already_exists"]
        wrong = RecordOrder(evolve(recorded("43660"), total=Money("44.21", "USD")))
        assert [problem.code for problem in desk.check(wrong)] == ["orders.recorded_total_mismatch"]
        assert desk.allowed("43659", "recorded_order") == ()


# A counter with seeded faults: the smallest aggregate that shows what the machine finds.

TOO_FAR = ProblemKind("test.too_far", en="{value}, {accepted}", it="{value}, {accepted}", de="{value}, {accepted}")


@frozen
class Count:
    id: str
    total: int = 0
    due: datetime | None = None


@frozen
class Begin(Command):
    name: ClassVar[str] = "test.begin"
    target: ClassVar[str] = ""


@frozen
class Add(Command):
    name: ClassVar[str] = "test.add"
    target: ClassVar[str] = "count"
    count: str
    number: int


@frozen
class Wake(Command):
    name: ClassVar[str] = "test.wake"
    target: ClassVar[str] = "count"
    count: str


@frozen
class Begun(CreatingEvent[Count]):
    type_name: ClassVar[str] = "test.begun"
    id: str
    due: datetime

    def create(self) -> Count:
        return Count(self.id, due=self.due)


@frozen
class Added(Event[Count]):
    type_name: ClassVar[str] = "test.added"
    number: int

    def apply(self, state: Count) -> Count:
        return evolve(state, total=state.total + self.number)


@frozen
class Woken(Event[Count]):
    type_name: ClassVar[str] = "test.woken"

    def apply(self, state: Count) -> Count:
        return evolve(state, due=None)


def begin(_state: None, _command: Begin, facts: Facts) -> Decision[Count]:
    return (Begun(facts.new_id, facts.now + timedelta(hours=1)),)


def add(_state: Count, command: Add, _facts: Facts) -> Decision[Count]:
    return (Added(command.number),)


def wake(_state: Count, _command: Wake, _facts: Facts) -> Decision[Count]:
    return (Woken(),)


def sound_kind(
    adding: Operation[Count, Add] | None = None, waking: Operation[Count, Wake] | None = None, **parts: Any
) -> AggregateKind[Count]:
    return AggregateKind(
        name="count",
        state=Count,
        operations=(
            Operation(command=Begin, decide=begin, events=(Begun,)),
            adding or Operation(command=Add, decide=add, events=(Added,)),
            waking or Operation(command=Wake, decide=wake, events=(Woken,), automatic=True),
        ),
        next_wakeup=lambda state: state.due,
        wake=Wake,
        **parts,
    )


def run_on(kind: AggregateKind[Count]) -> None:
    class CountMachine(BaseAggregateMachine):
        def open(self) -> tuple[ServiceCore, FixedClock]:
            clock = FixedClock(NOW)
            few = Settings(due_limit=20)
            plain = ServiceCore.open("memory:", settings=few, clock=clock, ids=CountingIds(), autoload=False)
            codec = JsonCodec()
            journal = Journal(codec, EventTypes.of((kind,), codec=codec))
            return ServiceCore(evolve(plain.runtime, registry=Registry((kind,)), journal=journal)), clock

        def begin(self, core: ServiceCore) -> str:
            return core.acting_as(self.actor).execute(Begin()).id

    CountMachine.kind = kind
    run_state_machine_as_test(
        CountMachine,
        settings=settings(MODEST, database=None, derandomize=True, phases=(Phase.generate,)),
    )


def what_is_found(kind: AggregateKind[Count]) -> str:
    """Return the traces of what the machine finds on ``kind``."""
    with pytest.raises((AssertionError, ZeroDivisionError)) as caught:
        run_on(kind)
    return "".join(traceback.format_exception(caught.value))


def test_a_sound_kind_passes() -> None:
    run_on(sound_kind())


@frozen
class AddedHidden(Added):
    """Keeps a part of itself out of what is stored: the document is not the fold of the events that are read back."""

    type_name: ClassVar[str] = "test.added_hidden"
    hidden: int = field(default=0, init=False)

    def apply(self, state: Count) -> Count:
        return evolve(state, total=state.total + self.hidden)


def add_hidden(_state: Count, command: Add, _facts: Facts) -> Decision[Count]:
    event = AddedHidden(command.number)
    object.__setattr__(event, "hidden", 7)
    return (event,)


def moody() -> Callable[[Count, Add, Facts], Decision[Count]]:
    asked = itertools.count()
    return lambda _state, command, _facts: (Added(command.number + next(asked) % 2),)


def guard_of_the_reason(_state: Count, facts: Facts) -> tuple[Problem, ...]:
    """Says no in ``allowed``, where there is no reason, to what decide does gladly."""
    return () if facts.reason is not None else (TOO_FAR.at("reason", value="no reason", accepted="other"),)


def wake_without_end(_state: Count, _command: Wake, _facts: Facts) -> Decision[Count]:
    return (Added(1),)


def wake_in_tears(_state: Count, _command: Wake, _facts: Facts) -> Decision[Count]:
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        (sound_kind(Operation(command=Add, decide=add_hidden, events=(AddedHidden,))), "document_is_the_fold"),
        (sound_kind(Operation(command=Add, decide=moody(), events=(Added,))), "preview said"),
        (
            sound_kind(Operation(command=Add, decide=add, guard=guard_of_the_reason, events=(Added,))),
            "allowed rules out",
        ),
        (
            sound_kind(waking=Operation(command=Wake, decide=wake_in_tears, events=(Woken,), automatic=True)),
            "a bug",
        ),
    ],
    ids=["event-keeps-a-secret", "decide-is-moody", "guard-contradicts", "due-work-breaks"],
)
def test_the_machine_finds_seeded_faults(kind: AggregateKind[Count], finding: str) -> None:
    assert finding in what_is_found(kind)


def test_the_machine_finds_due_work_that_never_ends() -> None:
    endless = Operation(command=Wake, decide=wake_without_end, events=(Added,), automatic=True)
    assert "had its turn and still waits for one" in what_is_found(sound_kind(waking=endless))
