"""Checks of filing anew: what a document is found by changes, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.ports import ClaimTaken, Document, Store
from servicecore.testing.stores.changes import change, minute, write
from servicecore.testing.stores.documents import GivenUp, give_up
from servicecore.testing.stores.due_work import LEASE, lease
from servicecore.testing.stores.expectation import expect, expect_raised


def refile(store: Store, filing: Filing, expected: int = 1, id: str = "a") -> None:  # noqa: A002 - the field's own name
    """File a document anew in a unit of work of its own."""
    with store.transaction() as unit:
        unit.refile("thing", id, expected, filing)


class BaseFilingChecks:
    """What every store does when an upgrade files documents anew."""

    def test_filing_anew_replaces_what_a_document_is_found_by_and_nothing_else(self, store: Store) -> None:
        """Indexes, words, wake-up and claims are the new ones; version, data, digest, log and outbox stay."""
        write(store, change(indexes={"name": ("red lamp",), "old": ("x",)}, wakeup=minute(1), claims=("c", "d")))
        digest, log = store.log()[0].digest, store.log()
        refile(store, Filing({"name": ("blue lamp",), "new": ("y",)}, minute(2), ("d", "e")))
        wanted = Document(
            "thing",
            "a",
            1,
            '{"version":1}',
            {"name": ("blue lamp",), "new": ("y",)},
            minute(2),
            digest,
            ("d", "e"),
        )
        with store.reading() as reader:
            expect(reader.load("thing", "a"), wanted, "the document is filed anew, and else as it was")
            found = [reader.find("thing", *each) for each in (("name", "red lamp"), ("old", "x"), ("new", "y"))]
            expect(found, [(), (), ("a",)], "it is found by the new values only")
            owners = [reader.claim_owner(claim) for claim in ("c", "d", "e")]
            expect(owners, [None, "thing/a", "thing/a"], "it holds the new claims only")
        expect([store.search("thing", word) for word in ("red", "blue")], [(), ("a",)], "search has the new words only")
        expect(store.next_wakeup(), minute(2), "the new wake-up counts")
        expect((store.log(), store.outbox()), (log, log), "log and outbox stay")
        expect(tuple(store.inconsistencies()), (), "the store contradicts itself in nothing")
        write(store, change(expected=1, indexes={"name": ("chair",)}))
        with store.reading() as reader:
            found = [reader.find("thing", *each) for each in (("name", "blue lamp"), ("new", "y"), ("name", "chair"))]
        expect(found, [(), (), ("a",)], "the next change replaces what it was filed under")

    def test_filing_another_version_anew_is_refused(self, store: Store) -> None:
        """What was decided on an older state, and what is not there, is ``VersionConflict``; nothing changes."""
        write(store, change(indexes={"name": ("lamp",)}, events=2))
        for id_, version in (("a", 1), ("a", 3), ("b", 0), ("b", 1)):
            call = partial(refile, store, Filing({"name": ("chair",)}), version, id_)
            expect_raised(VersionConflict, call, f"filing {id_} anew in version {version} is refused")
        with store.reading() as reader:
            found = (reader.find("thing", "name", "lamp"), reader.find("thing", "name", "chair"))
        expect(found, (("a",), ()), "a refused filing changes nothing")

    def test_filing_anew_does_not_take_a_claim_away(self, store: Store) -> None:
        """A claim of somebody else is ``ClaimTaken``; who goes on after that commits nothing of it."""
        write(store, change(claims=("c",), wakeup=minute(1)), change("b", claims=("d",)))
        with store.transaction() as unit:
            filing = Filing({"name": ("lamp",)}, minute(2), ("e", "d"))
            call = partial(unit.refile, "thing", "a", 1, filing)
            expect_raised(ClaimTaken, call, "filing anew under a claim of another is refused")
            unit.put("k", "went on")
        with store.reading() as reader:
            owners = [reader.claim_owner(claim) for claim in ("c", "d", "e")]
            expect(owners, ["thing/a", "thing/b", None], "all claims stay with their owners")
            expect(reader.find("thing", "name", "lamp"), (), "the indexes stay")
            expect(getattr(reader.load("thing", "a"), "wakeup", None), minute(1), "the wake-up stays")

    def test_filing_anew_ends_a_lease_only_with_another_wakeup(self, store: Store) -> None:
        """What somebody works on is not handed out twice because its indexes were written anew."""
        write(store, change(wakeup=minute(1)))
        expect(lease(store, minute(1)), ["a"], "it is due")
        refile(store, Filing({"name": ("lamp",)}, minute(1)))
        expect(lease(store, minute(2)), [], "the lease goes on where the wake-up stays")
        expect(lease(store, minute(1) + LEASE), ["a"], "and ends when it would have")
        refile(store, Filing({}, minute(2)))
        expect(lease(store, minute(2)), ["a"], "another wake-up ends the lease")
        refile(store, Filing())
        expect((lease(store, minute(100)), store.next_wakeup()), ([], None), "without a wake-up it is never due")
        expect(tuple(store.inconsistencies()), (), "the store contradicts itself in nothing")

    def test_filing_anew_is_taken_back_with_its_unit_of_work(self, store: Store) -> None:
        """Leaving with an exception takes indexes, words, wake-up and claims back."""
        write(store, change(indexes={"name": ("lamp",)}, wakeup=minute(1), claims=("c",)))
        before = store.load("thing", "a")
        with suppress(GivenUp), store.transaction() as unit:
            unit.refile("thing", "a", 1, Filing({"name": ("chair",)}, minute(2), ("d",)))
            give_up()
        expect(store.load("thing", "a"), before, "the document is as it was")
        with store.reading() as reader:
            found = (reader.find("thing", "name", "lamp"), reader.find("thing", "name", "chair"))
            expect(found, (("a",), ()), "it is found as before")
            expect((reader.claim_owner("c"), reader.claim_owner("d")), ("thing/a", None), "it holds what it held")
        expect((store.search("thing", "lamp"), store.search("thing", "chair")), (("a",), ()), "search as before")
        expect(lease(store, minute(1)), ["a"], "it is due as before")
