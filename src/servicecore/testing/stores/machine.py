"""A Hypothesis state machine: any units of work on a store and on a plain model, and both always agree."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import Factory, define, evolve, frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.ports import Append, ClaimTaken, Store, Transaction
from servicecore.testing.stores.changes import change, minute
from servicecore.testing.stores.documents import GivenUp, give_up
from servicecore.testing.stores.expectation import expect

KINDS: Final = ("thing", "other")
IDS: Final = ("a", "b")
VALUES: Final = ("red lamp", "blue lamp", "chair")
CLAIMS: Final = ("c", "d")
COUNTERS: Final = ("n", "m")
LEASE: Final = timedelta(minutes=3)


@frozen
class Step:
    """One call of a unit of work, by the name of the method."""

    name: str
    values: tuple[Any, ...]


@define
class Model:
    """What the store should hold, as plain as can be; every question is answered by looking at everything."""

    documents: dict[tuple[str, str], Append] = Factory(dict)
    events: list[tuple[str, str, int]] = Factory(list)
    waiting: list[int] = Factory(list)
    free: dict[str, str] = Factory(dict)
    counters: dict[str, int] = Factory(dict)
    kept: dict[str, str] = Factory(dict)
    leases: dict[tuple[str, str], datetime] = Factory(dict)

    def version(self, kind: str, id_: str) -> int:
        """Return how many events the aggregate has."""
        return sum(1 for event in self.events if event[:2] == (kind, id_))

    def owner(self, claim: str) -> str | None:
        """Return who holds ``claim``."""
        for (kind, id_), document in self.documents.items():
            if claim in document.claims:
                return f"{kind}/{id_}"
        return self.free.get(claim)

    def due_at(self, key: tuple[str, str]) -> datetime | None:
        """Return when the aggregate may be handed out."""
        return self.leases.get(key, self.documents[key].wakeup)

    def do(self, step: Step) -> Any:
        """Do ``step`` and return the answer, or the class of the exception."""
        answer: Any = getattr(self, f"_{step.name}")(*step.values)
        return answer

    def _append(self, wanted: Append) -> Any:
        key = (wanted.kind, wanted.id)
        version = self.version(*key)
        if version != wanted.expected_version:
            return VersionConflict
        if any(self.owner(claim) not in {None, "/".join(key)} for claim in wanted.claims):
            return ClaimTaken
        for number in range(len(wanted.events)):
            self.events.append((*key, version + number + 1))
            self.waiting.append(len(self.events))
        self.documents[key] = wanted
        self.leases.pop(key, None)
        return version + len(wanted.events)

    def _refile(self, kind: str, id_: str, expected: int, filing: Filing) -> Any:
        before = self.documents.get((kind, id_))
        if before is None or self.version(kind, id_) != expected:
            return VersionConflict
        if any(self.owner(claim) not in {None, f"{kind}/{id_}"} for claim in filing.claims):
            return ClaimTaken
        filed = evolve(before, indexes=filing.indexes, wakeup=filing.wakeup, claims=filing.claims)
        self.documents[kind, id_] = filed
        if filing.wakeup != before.wakeup:
            self.leases.pop((kind, id_), None)
        return None

    def _claim(self, claim: str, owner: str) -> Any:
        if self.owner(claim) not in {None, owner}:
            return ClaimTaken
        self.free[claim] = owner
        return None

    def _release(self, claim: str, owner: str) -> Any:
        return self.free.get(claim) == owner and bool(self.free.pop(claim))

    def _add(self, counter: str, amount: int, limit: int | None) -> Any:
        total = self.counters.get(counter, 0) + amount
        if limit is not None and total > limit:
            return None
        self.counters[counter] = total
        return total

    def _put(self, key: str, data: str) -> Any:
        self.kept[key] = data


def _do(unit: Transaction, step: Step) -> Any:
    try:
        if step.name == "add":
            counter, amount, limit = step.values
            return unit.add(counter, amount, limit=limit)
        return getattr(unit, step.name)(*step.values)
    except (VersionConflict, ClaimTaken) as refused:
        return type(refused)


_MINUTES: Final = st.integers(0, 10)
_APPENDS: Final = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from(IDS),
    st.integers(-1, 0),
    st.integers(1, 3),
    st.lists(st.sampled_from(VALUES), max_size=2),
    st.none() | _MINUTES,
    st.lists(st.sampled_from(CLAIMS), max_size=2, unique=True),
)
_STEPS: Final = st.one_of(
    st.builds(lambda values: ("append", values), _APPENDS),
    st.builds(lambda values: ("refile", values), _APPENDS),
    st.builds(
        lambda claim, owner, name: (name, (claim, owner)),
        st.sampled_from(CLAIMS),
        st.sampled_from(("me", "you")),
        st.sampled_from(("claim", "release")),
    ),
    st.builds(
        lambda *values: ("add", values),
        st.sampled_from(COUNTERS),
        st.integers(-2, 3),
        st.none() | st.integers(0, 5),
    ),
    st.builds(lambda *values: ("put", values), st.sampled_from(("k", "l")), st.text("xyz", max_size=2)),
)


class StoreMachine(RuleBasedStateMachine):
    """Drives a store and the model through the same units of work.

    Subclass it, or let ``BaseStoreContract`` do so, with ``make_store``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store = self.make_store()
        self.model = Model()
        self.now = 0

    def make_store(self) -> Store:
        """Return a store without content."""
        raise NotImplementedError

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()

    @rule(steps=st.lists(_STEPS, min_size=1, max_size=4), gives_up=st.booleans())
    def work(self, steps: list[tuple[str, tuple[Any, ...]]], gives_up: bool) -> None:
        """Do some steps in one unit of work, and commit it or leave it with an exception."""
        before = copy.deepcopy(self.model)
        try:
            with self.store.transaction() as unit:
                for name, values in steps:
                    step = self._step(name, values)
                    expect(_do(unit, step), self.model.do(step), f"the answer to {step}")
                if gives_up:
                    give_up()
        except GivenUp:
            self.model = before

    @rule(minutes=_MINUTES, limit=st.integers(1, 3))
    def lease(self, minutes: int, limit: int) -> None:
        """Let time pass, and lease what is due."""
        self.now += minutes
        now = minute(self.now)
        got = {(due.kind, due.id): due.wakeup for due in self.store.lease_due(now, limit=limit, lease=LEASE)}
        queue = {key: self.model.due_at(key) for key in self.model.documents}
        due = sorted(at for at in queue.values() if at is not None and at <= now)
        expect(len(got), min(limit, len(due)), "as many are handed out as are due and fit")
        expect(sorted(queue[key] or now for key in got), due[:limit], "the earliest are handed out")
        for key, wakeup in got.items():
            expect(wakeup, self.model.documents[key].wakeup, "a due aggregate names its wake-up")
            self.model.leases[key] = now + LEASE

    @rule(data=st.data())
    def hand_on(self, data: st.DataObject) -> None:
        """Take an event out of the outbox."""
        waiting = self.store.outbox()
        if waiting:
            chosen = data.draw(st.integers(0, len(waiting) - 1))
            self.store.handed_on(waiting[chosen].position)
            del self.model.waiting[chosen]

    @invariant()
    def documents_agree(self) -> None:
        """Every document, index value, claim, counter and kept text is as the model says."""
        model = self.model
        loaded = {(kind, id_): self.store.load(kind, id_) for kind in KINDS for id_ in IDS}
        with self.store.reading() as reader:
            for kind in KINDS:
                for id_ in IDS:
                    document, wanted = reader.load(kind, id_), model.documents.get((kind, id_))
                    expect(loaded[kind, id_], document, f"the document {kind} {id_} by the store's own load")
                    got = document and (document.version, document.data, document.wakeup, document.indexes)
                    expect(
                        got,
                        wanted and (model.version(kind, id_), wanted.data, wanted.wakeup, dict(wanted.indexes)),
                        f"the document {kind} {id_}",
                    )
                for value in VALUES:
                    holders = tuple(
                        id_
                        for id_ in IDS
                        if (kind, id_) in model.documents and value in model.documents[kind, id_].indexes["name"]
                    )
                    expect(reader.find(kind, "name", value), holders, f"who has {value}")
            expect([reader.claim_owner(each) for each in CLAIMS], [model.owner(each) for each in CLAIMS], "owners")
            counted = [reader.counter(each) for each in COUNTERS]
            expect(counted, [model.counters.get(each, 0) for each in COUNTERS], "counters")
            expect([reader.get(each) for each in "kl"], [model.kept.get(each) for each in "kl"], "kept texts")

    @invariant()
    def events_agree(self) -> None:
        """Log, outbox, wake-ups and words are as the model says."""
        model = self.model
        log = [(each.kind, each.id, each.version) for each in self.store.log()]
        expect(log, model.events, "the log")
        waiting = [(each.kind, each.id, each.version) for each in self.store.outbox()]
        expect(waiting, [model.events[number - 1] for number in model.waiting], "the outbox")
        wakeups = [each.wakeup for each in model.documents.values() if each.wakeup]
        expect(self.store.next_wakeup(), min(wakeups, default=None), "the earliest wake-up")
        for word in ("lamp", "red lamp", "chair"):
            wanted = {
                id_
                for (kind, id_), document in model.documents.items()
                if kind == "thing" and set(word.split()) <= set(" ".join(document.indexes["name"]).split())
            }
            expect(set(self.store.search("thing", word)), wanted, f"search for {word}")

    def _step(self, name: str, values: tuple[Any, ...]) -> Step:
        if name == "append":
            return Step(name, (self._change(*values),))
        if name == "refile":
            like = self._change(*values)
            filing = Filing(like.indexes, like.wakeup, like.claims)
            return Step(name, (like.kind, like.id, like.expected_version, filing))
        return Step(name, values)

    def _change(self, *values: Any) -> Append:
        kind, id_, off, events, names, wakeup, claims = values
        return change(
            id_,
            max(0, self.model.version(kind, id_) + off),
            kind=kind,
            events=events,
            indexes={"name": tuple(names)},
            wakeup=None if wakeup is None else minute(self.now + wakeup),
            claims=tuple(claims),
        )
