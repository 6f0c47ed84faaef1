"""Checks with two and more threads at once: the result is always that of some order, one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from servicecore.errors import VersionConflict
from servicecore.storage.ports import ClaimTaken, Store
from servicecore.testing.stores.changes import change, minute, write
from servicecore.testing.stores.due_work import LEASE
from servicecore.testing.stores.expectation import all_pages, expect

R = TypeVar("R")
_ROUNDS: Final = 10


def at_once(*calls: Callable[[], R]) -> list[R]:
    """Return what ``calls`` answer, each in a thread of its own, started together."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], R]) -> R:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


class BaseRaceChecks:
    """What every store decides when several want the same."""

    def test_of_two_writers_of_one_version_one_wins(self, store: Store) -> None:
        """The other gets VersionConflict, and the log holds the winner's event alone."""

        def try_to_write(version: int, name: str) -> str | None:
            with store.reading() as reader:
                reader.load("thing", "a")
            try:
                write(store, change("a", version, data=name))
            except VersionConflict:
                return None
            return name

        for version in range(_ROUNDS):
            won = at_once(partial(try_to_write, version, "x"), partial(try_to_write, version, "y"))
            winners = [name for name in won if name]
            expect(len(winners), 1, "one of two writers of one version wins")
            with store.reading() as reader:
                document = reader.load("thing", "a")
            expect(getattr(document, "data", None), winners[0], "the winner's document is kept")
        expect(len(store.history("thing", "a")), _ROUNDS, "each version has one event")

    def test_the_last_unit_goes_to_one(self, store: Store) -> None:
        """Several threads at a counter with a limit never pass it, and never leave a unit over."""

        def take() -> bool:
            with store.transaction() as unit:
                return unit.add("stock", 1, limit=_ROUNDS) is not None

        got = at_once(*([lambda: [take() for _ in range(_ROUNDS)]] * 3))
        expect(sum(map(sum, got)), _ROUNDS, "as many succeed as there are units")
        with store.reading() as reader:
            expect(reader.counter("stock"), _ROUNDS, "the counter stands at its limit")

    def test_a_claim_goes_to_one(self, store: Store) -> None:
        """Of several that take one claim at once, one gets it, and it is the one that ``claim_owner`` names."""

        def take(claim: str, owner: str) -> str | None:
            try:
                write(store, change(owner, kind=claim, claims=(claim,)))
            except ClaimTaken:
                return None
            return f"{claim}/{owner}"

        for number in range(_ROUNDS):
            name = f"claim-{number}"
            got = at_once(*(partial(take, name, owner) for owner in ("a", "b", "c")))
            winners = [owner for owner in got if owner]
            expect(len(winners), 1, "one takes the claim")
            with store.reading() as reader:
                expect(reader.claim_owner(name), winners[0], "and holds it")

    def test_a_due_aggregate_goes_to_one_worker(self, store: Store) -> None:
        """Several workers share what is due; nobody gets what another has."""
        write(store, *(change(f"{number:02}", wakeup=minute(0)) for number in range(30)))

        def work() -> list[str]:
            due = all_pages(lambda _found: store.lease_due(minute(1), limit=4, lease=LEASE), 4)
            return [each.id for each in due]

        got = at_once(work, work, work)
        expect(
            sorted(id_ for mine in got for id_ in mine),
            [f"{number:02}" for number in range(30)],
            "each is handed to one worker",
        )

    def test_a_look_sees_whole_units_of_work_only(self, store: Store) -> None:
        """A reader never sees one of two documents that are always written together without the other."""
        write(store, change("a"), change("b"))
        done = threading.Event()

        def write_both() -> bool:
            try:
                for version in range(1, 4 * _ROUNDS):
                    write(store, change("a", version), change("b", version))
            finally:
                done.set()
            return True

        def look() -> bool:
            same = True
            while not done.wait(0.001):
                with store.reading() as reader:
                    first, second = reader.load("thing", "a"), reader.load("thing", "b")
                same = same and getattr(first, "version", 0) == getattr(second, "version", 1)
            return same

        expect(at_once(write_both, look), [True, True], "a look sees whole units of work only")
