"""Checks of documents and their events: versions, whole writes, roll back, history and log."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from attrs import evolve

from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.digest import chain_digest
from servicecore.storage.ports import ClaimTaken, Document, NestedTransaction, Store
from servicecore.testing.stores.changes import change, event, minute, write
from servicecore.testing.stores.expectation import all_pages, expect, expect_raised


class GivenUp(Exception):
    """Raised by the kit inside a unit of work to have it rolled back."""


def give_up() -> None:
    """Leave a unit of work with an exception."""
    raise GivenUp


class BaseDocumentChecks:
    """What every store does with documents and events."""

    def test_an_unknown_document_is_none(self, store: Store) -> None:
        """``load`` answers None for what was never written."""
        with store.reading() as reader:
            expect(reader.load("thing", "a"), None, "load answers None for an unknown id")
        expect(store.load("thing", "a"), None, "the store's own load answers None for an unknown id")

    def test_a_document_is_loaded_as_the_last_unit_of_work_left_it(self, store: Store) -> None:
        """The store's own ``load`` gives what ``reading`` gives, after every change, one that was taken back too."""
        first = change(indexes={"owner": ("x",)}, wakeup=minute(1), claims=("c",))
        for each in (first, change(expected=1), change(expected=2, wakeup=minute(3))):
            write(store, each)
            with store.reading() as reader:
                document = reader.load("thing", "a")
            expect(store.load("thing", "a"), document, f"the document after version {each.expected_version + 1}")
        with suppress(GivenUp), store.transaction() as unit:
            unit.append(change(expected=3))
            raise GivenUp
        expect(store.load("thing", "a"), document, "the document after a change that was taken back")

    def test_a_written_document_is_read_back_whole(self, store: Store) -> None:
        """``load`` gives every field of the change, the number of events as version, and the last digest."""
        wanted = change(indexes={"owner": ("b", "a"), "none": ()}, wakeup=minute(5), claims=("c1", "c2"), events=2)
        with store.transaction() as unit:
            expect(unit.append(wanted), 2, "append answers the new version")
            inside = unit.load("thing", "a")
        digest = chain_digest("", "thing", "a", 1, wanted.events[0])
        digest = chain_digest(digest, "thing", "a", 2, wanted.events[1])
        document = Document(
            "thing",
            "a",
            2,
            wanted.data,
            {"owner": ("b", "a"), "none": ()},
            minute(5),
            digest,
            ("c1", "c2"),
        )
        with store.reading() as reader:
            expect(reader.load("thing", "a"), document, "a document is read back whole")
        expect(inside, document, "a unit of work sees what it wrote")

    def test_text_of_any_language_is_read_back_unchanged(self, store: Store) -> None:
        """Data, index values and kept texts take any character that UTF-8 has."""
        text = 'quote " slash \\ newline \n tab \t nul \\u0000 è ß 漢字 🙂'
        write(store, change(data=text, indexes={"name": (text,)}))
        with store.transaction() as unit:
            unit.put(text, text)
            expect(getattr(unit.load("thing", "a"), "data", None), text, "data is kept as it is")
            expect(unit.find("thing", "name", text), ("a",), "an index value is found as it is")
            expect(unit.get(text), text, "a kept text is kept as it is")

    def test_a_change_replaces_document_indexes_and_wakeup(self, store: Store) -> None:
        """What a later change does not name is gone."""
        write(store, change(indexes={"owner": ("x",)}, wakeup=minute(1), claims=("c",)))
        write(store, change(expected=1, indexes={"owner": ("y",)}))
        with store.reading() as reader:
            document = reader.load("thing", "a")
            expect(reader.find("thing", "owner", "x"), (), "a former index value finds nothing")
            expect(reader.find("thing", "owner", "y"), ("a",), "the new index value finds it")
            expect(reader.claim_owner("c"), None, "a claim that is not named again is given back")
        expect(getattr(document, "version", None), 2, "the version counts the events")
        expect(getattr(document, "wakeup", "none"), None, "a former wake-up is gone")
        expect(store.next_wakeup(), None, "a former wake-up is gone from the queue")

    def test_a_change_of_another_version_is_refused(self, store: Store) -> None:
        """``append`` raises VersionConflict for any other version than the stored one, and writes nothing."""
        write(store, change(events=2))
        for expected in (0, 1, 3):
            with store.transaction() as unit:
                expect_raised(
                    VersionConflict,
                    partial(unit.append, change(expected=expected, claims=("c",))),
                    f"version 2 is stored, a change of version {expected} is a conflict",
                )
        with store.reading() as reader:
            expect(getattr(reader.load("thing", "a"), "version", None), 2, "a conflict writes nothing")
            expect(reader.claim_owner("c"), None, "a conflict takes no claim")
        expect(len(store.history("thing", "a")), 2, "a conflict logs nothing")

    def test_another_digest_than_the_expected_is_a_conflict(self, store: Store) -> None:
        """A change that names the digest of what it was decided on is refused where another document is stored."""
        write(store, change())
        document = store.load("thing", "a")
        digest = document.digest if document is not None else ""
        with store.transaction() as unit:
            expect_raised(
                VersionConflict,
                lambda: unit.append(evolve(change(expected=1), expected_digest="0" * 64)),
                "version 1 is stored, but another one",
            )
        expect(len(store.history("thing", "a")), 1, "a conflict logs nothing")
        write(store, evolve(change(expected=1), expected_digest=digest))
        expect(len(store.history("thing", "a")), 2, "a change that names the right one is written")

    def test_what_a_store_recalls_is_what_was_committed_or_is_refused(self, store: Store) -> None:
        """A store that remembers documents gives the one that it committed or read last; it may also forget."""
        recall = getattr(store, "recall", lambda _kind, _id: None)

        def expect_true(what: str) -> None:
            recalled = recall("thing", "a")
            expect(recalled is None or recalled == store.load("thing", "a"), True, what)

        expect(recall("thing", "a"), None, "what was never there is not recalled")
        write(store, change(indexes={"owner": ("x", "y")}, wakeup=minute(3), claims=("c",)))
        expect_true("what was committed")
        with suppress(GivenUp), store.transaction() as unit:
            unit.append(change(expected=1))
            unit.append(change("b"))
            give_up()
        expect_true("what was taken back never was")
        expect(recall("thing", "b"), None, "nor what was begun and taken back")
        with store.transaction() as unit:
            unit.refile("thing", "a", 1, Filing({"owner": ("z",)}))
        expect_true("what was filed anew")
        expect_true("what was read")

    def test_a_new_document_has_no_version(self, store: Store) -> None:
        """A change that expects a version of what does not exist is refused."""
        with store.transaction() as unit:
            expect_raised(VersionConflict, lambda: unit.append(change(expected=1)), "there is no version 1 yet")

    def test_leaving_with_an_exception_takes_everything_back(self, store: Store) -> None:
        """Documents, events, outbox, indexes, words, claims, counters, kept texts and wake-ups are as before."""
        first = change(indexes={"owner": ("alpha",)}, wakeup=minute(9), claims=("c",))
        write(store, first)
        with suppress(GivenUp), store.transaction() as unit:
            unit.append(change(expected=1, indexes={"owner": ("beta",)}, wakeup=minute(1), claims=("d",)))
            unit.append(change("b", indexes={"owner": ("beta",)}, wakeup=minute(2), claims=("e",)))
            unit.claim("free", "me")
            unit.add("counter", 5)
            unit.put("key", "data")
            give_up()
        with store.reading() as reader:
            expect(getattr(reader.load("thing", "a"), "data", None), first.data, "the document is as before")
            expect(reader.load("thing", "b"), None, "a new document was not written")
            expect(reader.find("thing", "owner", "alpha"), ("a",), "the index is as before")
            expect(reader.find("thing", "owner", "beta"), (), "no new index value was written")
            owners = [reader.claim_owner(claim) for claim in ("c", "d", "e", "free")]
            expect(owners, ["thing/a", None, None, None], "the claims are as before")
            expect((reader.counter("counter"), reader.get("key")), (0, None), "counters and texts are as before")
        expect(store.search("thing", "alpha"), ("a",), "the words are as before")
        expect(store.search("thing", "beta"), (), "no new word was written")
        expect(len(store.log()), 1, "the log is as before")
        expect(len(store.outbox()), 1, "the outbox is as before")
        expect(store.next_wakeup(), minute(9), "the wake-up is as before")
        write(store, change(expected=1))

    def test_a_refused_change_leaves_nothing_even_where_the_rest_commits(self, store: Store) -> None:
        """An ``append`` that raises has written nothing, though the caller goes on and commits."""
        write(store, change("holder", claims=("taken",)))
        with store.transaction() as unit:
            expect_raised(
                ClaimTaken,
                lambda: unit.append(change("b", indexes={"owner": ("x",)}, claims=("fresh", "taken"))),
                "the claim is held by another",
            )
            unit.append(change("c"))
        with store.reading() as reader:
            expect(reader.load("thing", "b"), None, "the refused document was not written")
            expect(reader.claim_owner("fresh"), None, "the refused change took no claim")
            expect(reader.find("thing", "owner", "x"), (), "the refused change wrote no index")
            expect(getattr(reader.load("thing", "c"), "version", None), 1, "the rest was committed")

    def test_the_history_has_every_event_in_order_with_its_chain(self, store: Store) -> None:
        """``history`` gives versions from 1 without gaps, positions that grow, and the chained digests."""
        write(store, change(events=2), change("b"))
        write(store, change(expected=2, events=3))
        digest = ""
        history = store.history("thing", "a")
        expect([logged.version for logged in history], [1, 2, 3, 4, 5], "versions count from 1 without gaps")
        expect(
            [logged.event.data for logged in history],
            [event(f"thing a {number}").data for number in range(1, 6)],
            "events come back in order",
        )
        positions = [logged.position for logged in history]
        expect(positions, sorted(set(positions)), "positions grow")
        for logged in history:
            expect((logged.kind, logged.id), ("thing", "a"), "a logged event names its aggregate")
            digest = chain_digest(digest, "thing", "a", logged.version, logged.event)
            expect(logged.digest, digest, "each digest covers the one before and the event")
        expect(store.history("thing", "zzz"), (), "an unknown id has no history")

    def test_the_log_is_read_in_pages(self, store: Store) -> None:
        """``log`` gives all events of all aggregates by position, after a position, at most so many."""
        write(store, change(events=2), change("b"))
        write(store, change("b", 1, events=2))
        whole = store.log()
        expect(
            [(logged.id, logged.version) for logged in whole],
            [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)],
            "the log has all events in the order of their writing",
        )
        paged = all_pages(lambda found: store.log(after=found[-1].position if found else 0, limit=2), 2)
        expect(paged, whole, "pages put together are the log")

    def test_an_event_keeps_its_fields_to_the_microsecond(self, store: Store) -> None:
        """Type name, type version, data, meta and instant come back equal."""
        at = minute(1).replace(microsecond=123_457)
        kept = evolve(event(), type_name="kit.other", type_version=7, meta='{"é":1}', at=at)
        write(store, evolve(change(), events=(kept,)))
        expect(store.history("thing", "a")[0].event, kept, "an event comes back equal")

    def test_documents_are_streamed_by_kind_and_id(self, store: Store) -> None:
        """``documents`` gives all, or those of one kind, sorted, while the caller works with the store."""
        write(store, *(change(f"{number:03}", kind=kind) for kind in ("b", "a", "c") for number in range(250)))
        found = []
        for document in store.documents():
            found.append((document.kind, document.id))
            if document.id == "100":
                write(store, change(document.id, 1, kind=document.kind))
        wanted = [(kind, f"{number:03}") for kind in ("a", "b", "c") for number in range(250)]
        expect(found, wanted, "documents are streamed by kind and id")
        of_kind = [(document.kind, document.id) for document in store.documents("b")]
        expect(of_kind, wanted[250:500], "documents of one kind are streamed by id")
        expect(list(store.documents("none")), [], "an unknown kind has no documents")

    def test_a_store_is_not_used_inside_its_own_unit_of_work(self, store: Store) -> None:
        """A thread inside a unit of work gets NestedTransaction from the store, and the unit goes on."""
        with store.transaction() as unit:
            expect_raised(NestedTransaction, lambda: store.history("thing", "a"), "no call inside a unit of work")
            expect_raised(NestedTransaction, lambda: store.load("thing", "a"), "no load inside a unit of work")
            expect_raised(
                NestedTransaction, lambda: store.transaction().__enter__(), "no unit of work inside a unit of work"
            )
            unit.append(change())
        expect(len(store.log()), 1, "the unit of work is committed all the same")

    def test_nothing_contradicts_itself(self, store: Store) -> None:
        """``inconsistencies`` is empty after ordinary work."""
        write(store, change(indexes={"owner": ("x",)}, wakeup=minute(1), claims=("c",)), change("b"))
        write(store, change(expected=1))
        expect(list(store.inconsistencies()), [], "a sound store finds nothing wrong with itself")
