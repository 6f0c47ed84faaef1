"""Each of these stores has one fault, and the kit finds it: by the check that is made for it, and by the machine."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve
from hypothesis import Phase

import servicecore.testing.stores
from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Append, ClaimTaken, Document, Due, LoggedEvent, Store
from servicecore.testing.stores import BaseStoreContract


class FaultyUnit:
    """Hands everything on to a sound unit of work; a fault overrides one method."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unit, name)


class FaultyStore(MemoryStore):
    unit: ClassVar[type[FaultyUnit]] = FaultyUnit

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with super().transaction() as unit:
            yield self.unit(unit)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with super().reading() as unit:
            yield self.unit(unit)


class KeepsWhatIsRolledBack(FaultyStore):
    @contextmanager
    def transaction(self) -> Iterator[Any]:
        failure: list[BaseException] = []
        with super().transaction() as unit:
            try:
                yield unit
            except BaseException as error:  # noqa: BLE001 - the fault: every exception is committed
                failure.append(error)
        if failure:
            raise failure[0]


class LastWriterWins(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801 - stands for the attribute
        def append(self, change: Append) -> Any:
            stored = self.unit.load(change.kind, change.id)
            return self.unit.append(evolve(change, expected_version=stored.version if stored else 0))


class ForgetsTheLimit(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def add(self, counter: str, amount: int, *, limit: int | None = None) -> Any:
            if limit is not None and self.unit.counter(counter) > limit:
                return None
            return self.unit.add(counter, amount)


class GivesAClaimTwice(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def append(self, change: Append) -> Any:
            try:
                return self.unit.append(change)
            except ClaimTaken:
                return self.unit.append(evolve(change, claims=()))


class ForgetsLeases(FaultyStore):
    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:  # noqa: ARG002 - the fault
        return super().lease_due(now, limit=limit, lease=timedelta(0))


class LeasesForEver(FaultyStore):
    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        return super().lease_due(now, limit=limit, lease=lease * 1000)


class HandsOnBackwards(FaultyStore):
    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        return super().outbox(limit=limit)[::-1]


class RepeatsTheLastOfAPage(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> Any:
            found = self.unit.find(kind, index, value, limit=1000)
            return tuple(id_ for id_ in found if id_ >= after)[:limit]


class FindsAnyWord(FaultyStore):
    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        words = text.split()
        found = {id_ for word in words for id_ in super(FindsAnyWord, self).search(kind, word, limit=limit)}
        return tuple(sorted(found))


class BreaksTheChain(FaultyStore):
    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002
        return tuple(evolve(logged, digest="0" * 64) for logged in super().history(kind, id))


class WritesInTwoSteps(FaultyStore):
    """Looks first and writes later: somebody else may come in between."""

    def __init__(self) -> None:
        super().__init__()
        self._between = threading.Event()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        store = self

        class Late(FaultyUnit):
            def add(self, counter: str, amount: int, *, limit: int | None = None) -> Any:
                seen = store.seen(counter)
                store._between.wait(0.002)
                if limit is not None and seen + amount > limit:
                    return None
                with MemoryStore.transaction(store) as unit:
                    return unit.add(counter, seen + amount - unit.counter(counter))

            def __getattr__(self, name: str) -> Any:
                with MemoryStore.transaction(store) as unit:
                    return getattr(unit, name)

        yield Late(None)

    def seen(self, counter: str) -> int:
        with MemoryStore.reading(self) as unit:
            return unit.counter(counter)


class ForgetsTheWakeup(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def load(self, kind: str, id: str) -> Document | None:  # noqa: A002
            found: Document | None = self.unit.load(kind, id)
            return found and evolve(found, wakeup=None)


class LoadsWhatItLoadedFirst(FaultyStore):
    def __init__(self) -> None:
        super().__init__()
        self._loaded: dict[tuple[str, str], Any] = {}

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002
        found = super().load(kind, id)
        return self._loaded.setdefault((kind, id), found) if found is not None else None


class EachCallForItself(FaultyStore):
    """What a unit of work read may be something else before it writes."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        store, pause = self, threading.Event()

        class Apart:
            def __getattr__(self, name: str) -> Any:
                def call(*values: Any, **named: Any) -> Any:
                    with MemoryStore.transaction(store) as unit:
                        answer = getattr(unit, name)(*values, **named)
                    pause.wait(0.005)
                    return answer

                return call

        yield Apart()


class ShowsTheFirstTooLate(FaultyStore):
    """A position appears behind one that was read."""

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        found = super().log(after=after, limit=limit)
        return tuple(logged for logged in found if logged.position > 1 or after > 1)


class FilesAnewWithoutLooking(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> Any:  # noqa: A002, ARG002
            stored = self.unit.load(kind, id)
            return stored and self.unit.refile(kind, id, stored.version, filing)


class EndsTheLeaseOfWhatIsFiledAnew(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> Any:  # noqa: A002
            self.unit.refile(kind, id, expected_version, filing)
            self.unit.queue((kind, id), filing.wakeup)


class KeepsTheClaimsOfWhatIsFiledAnew(FaultyStore):
    class unit(FaultyUnit):  # noqa: N801
        def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> Any:  # noqa: A002
            stored = self.unit.load(kind, id)
            claims = dict.fromkeys((*(stored.claims if stored else ()), *filing.claims))
            self.unit.refile(kind, id, expected_version, evolve(filing, claims=tuple(claims)))


FAULTS = {
    KeepsWhatIsRolledBack: "test_leaving_with_an_exception_takes_everything_back",
    LastWriterWins: "test_a_change_of_another_version_is_refused",
    ForgetsTheLimit: "test_a_counter_stops_at_its_limit",
    GivesAClaimTwice: "test_a_document_holds_its_claims",
    ForgetsLeases: "test_a_lease_keeps_others_away_until_it_ends",
    LeasesForEver: "test_a_lease_keeps_others_away_until_it_ends",
    HandsOnBackwards: "test_the_outbox_keeps_the_order_of_the_log",
    RepeatsTheLastOfAPage: "test_pages_put_together_are_everything_once",
    FindsAnyWord: "test_search_wants_every_word",
    BreaksTheChain: "test_the_history_has_every_event_in_order_with_its_chain",
    WritesInTwoSteps: "test_the_last_unit_goes_to_one",
    ForgetsTheWakeup: "test_a_written_document_is_read_back_whole",
    LoadsWhatItLoadedFirst: "test_a_document_is_loaded_as_the_last_unit_of_work_left_it",
    FilesAnewWithoutLooking: "test_filing_another_version_anew_is_refused",
    EndsTheLeaseOfWhatIsFiledAnew: "test_filing_anew_ends_a_lease_only_with_another_wakeup",
    KeepsTheClaimsOfWhatIsFiledAnew: "test_filing_anew_replaces_what_a_document_is_found_by_and_nothing_else",
    ShowsTheFirstTooLate: "test_who_reads_the_log_misses_nothing",
}
BEYOND_THE_MACHINE = {RepeatsTheLastOfAPage, BreaksTheChain, WritesInTwoSteps, EndsTheLeaseOfWhatIsFiledAnew}
SERIAL = (
    "test_what_a_unit_of_work_read_stays_until_it_ends",
    "test_a_counter_that_was_read_stays",
    "test_what_was_not_found_is_not_there_until_the_unit_ends",
    "test_two_that_look_at_both_and_change_one_each_are_told_apart",
)


def check(store: type[MemoryStore], test: str, tmp_path: Path) -> None:
    class Contract(BaseStoreContract):
        examples = 300
        phases = (Phase.generate,)

        def make_store(self, tmp_path: Path) -> Store:  # noqa: ARG002
            return store()

    contract = Contract()
    run = getattr(contract, test)
    run(store() if "store" in inspect.signature(run).parameters else tmp_path)


@pytest.mark.parametrize(("store", "test"), FAULTS.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_the_check_made_for_it_finds_the_fault(store: type[MemoryStore], test: str, tmp_path: Path) -> None:
    check(MemoryStore, test, tmp_path)
    with pytest.raises((AssertionError, VersionConflict, ClaimTaken)):
        check(store, test, tmp_path)


@pytest.mark.parametrize("test", SERIAL)
def test_units_of_work_that_do_not_follow_one_another_are_found(test: str, tmp_path: Path) -> None:
    check(MemoryStore, test, tmp_path)
    with pytest.raises(AssertionError):
        check(EachCallForItself, test, tmp_path)


@pytest.mark.parametrize("store", [store for store in FAULTS if store not in BEYOND_THE_MACHINE])
def test_the_machine_finds_the_fault(store: type[MemoryStore], tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check(store, "test_any_course_of_units_of_work_agrees_with_the_model", tmp_path)


def test_importing_the_kit_collects_nothing() -> None:
    assert [name for name in servicecore.testing.stores.__all__ if name.startswith("Test")] == []
