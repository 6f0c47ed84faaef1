"""Checks that units of work follow one another, and that who reads the log behind them misses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from servicecore.errors import VersionConflict
from servicecore.storage.ports import Store, Transaction
from servicecore.testing.stores.changes import change, write
from servicecore.testing.stores.expectation import expect
from servicecore.testing.stores.races import at_once

_ROUNDS: Final = 4
_MOMENT: Final = 0.2


class BaseSerialChecks:
    """What every store lets only one after another do; a unit of work may be refused with VersionConflict instead."""

    def test_what_a_unit_of_work_read_stays_until_it_ends(self, store: Store) -> None:
        """Threads that read a kept text and put what follows from it lose nothing, from the first on."""

        def count(unit: Transaction) -> None:
            unit.put("k", f"{int(unit.get('k') or 0) + 1}")

        at_once(*([partial(_again_and_again, store, count)] * 3))
        with store.reading() as reader:
            expect(reader.get("k"), f"{3 * _ROUNDS}", "no step is lost")

    def test_a_counter_that_was_read_stays(self, store: Store) -> None:
        """Threads that read a counter and double it, from 1, come to a power of two."""

        def double(unit: Transaction) -> None:
            unit.add("n", unit.counter("n") or 1)

        at_once(*([partial(_again_and_again, store, double)] * 3))
        with store.reading() as reader:
            expect(reader.counter("n"), 2 ** (3 * _ROUNDS - 1), "no step is lost")

    def test_what_was_not_found_is_not_there_until_the_unit_ends(self, store: Store) -> None:
        """Of threads that write a document where they find none, one does."""

        def settle(name: str, value: str) -> None:
            with suppress(VersionConflict), store.transaction() as unit:
                if not unit.find("thing", "slot", value):
                    unit.append(change(name, indexes={"slot": (value,)}))

        for number in range(_ROUNDS):
            at_once(*(partial(settle, f"{name}-{number}", f"{number}") for name in "abc"))
            with store.reading() as reader:
                expect(len(reader.find("thing", "slot", f"{number}")), 1, "one finds the place free, and takes it")

    def test_two_that_look_at_both_and_change_one_each_are_told_apart(self, store: Store) -> None:
        """At least one of two documents stays unmarked where each is marked only while the other is not."""

        def mark(mine: str, other: str) -> None:
            with suppress(VersionConflict), store.transaction() as unit:
                found, beside = unit.load("thing", mine), unit.load("thing", other)
                if found is not None and beside is not None and beside.data != "marked":
                    unit.append(change(mine, found.version, data="marked"))

        for number in range(_ROUNDS):
            names = (f"a-{number}", f"b-{number}")
            write(store, *map(change, names))
            at_once(partial(mark, *names), partial(mark, *names[::-1]))
            with store.reading() as reader:
                marked = [name for name in names if getattr(reader.load("thing", name), "data", "") == "marked"]
            expect(len(marked) <= 1, True, "of two that exclude each other one is marked at most")

    def test_who_reads_the_log_misses_nothing(self, store: Store) -> None:
        """An event of a unit of work that began early and ended late is read by who goes on after the last position.

        A store may let the second wait for the first, or hold its event back, or number events in the order of
        their commits; it may not let a position appear behind one that was read.
        """
        appended, passed, looked, done = (threading.Event() for _ in range(4))

        def slow() -> None:
            try:
                with store.transaction() as unit:
                    unit.append(change("slow"))
                    appended.set()
                    if passed.wait(_MOMENT):
                        looked.wait(_MOMENT)
            finally:
                appended.set()

        def fast() -> None:
            appended.wait()
            write(store, change("fast"))
            passed.set()

        def both() -> list[str]:
            try:
                at_once(slow, fast)
            finally:
                done.set()
            return []

        def follow() -> list[str]:
            seen: list[str] = []
            position = 0
            last = False
            while not last:
                last, has_passed = done.is_set(), passed.is_set()
                for logged in store.log(after=position):
                    seen.append(logged.id)
                    position = logged.position
                if has_passed:
                    looked.set()
                done.wait(0.005)
            return seen

        expect(sorted(at_once(both, follow)[1]), ["fast", "slow"], "each event is read, once")


def _again_and_again(store: Store, work: Callable[[Transaction], None]) -> None:
    done = 0
    while done < _ROUNDS:
        with suppress(VersionConflict):
            with store.transaction() as unit:
                work(unit)
            done += 1
