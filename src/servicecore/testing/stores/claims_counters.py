"""Checks of claims, counters and kept texts."""

from __future__ import annotations

from servicecore.storage.ports import ClaimTaken, Store, Transaction
from servicecore.testing.stores.changes import change, write
from servicecore.testing.stores.expectation import expect, expect_raised


class BaseClaimAndCounterChecks:
    """What every store holds exclusively and counts exactly."""

    def test_a_claim_has_one_owner(self, store: Store) -> None:
        """Another owner is refused and told who holds it; the same owner may take it again."""
        with store.transaction() as unit:
            unit.claim("c", "me")
            unit.claim("c", "me")
            taken = expect_raised(ClaimTaken, lambda: unit.claim("c", "you"), "a claim has one owner")
            expect((taken.claim, taken.owner), ("c", "me"), "the refusal names claim and owner")
        with store.transaction() as unit:
            expect(unit.claim_owner("c"), "me", "the claim is kept")
            expect(unit.release("c", "you"), False, "who does not hold it cannot give it back")
            expect(unit.release("c", "me"), True, "who holds it can")
            expect(unit.release("c", "me"), False, "once")
            unit.claim("c", "you")
        with store.reading() as reader:
            expect(reader.claim_owner("c"), "you", "a claim that was given back can be taken")

    def test_a_document_holds_its_claims(self, store: Store) -> None:
        """The claims of a change are held under ``kind/id`` against documents and free owners alike."""
        write(store, change("a", claims=("c1", "c2")))
        with store.transaction() as unit:
            expect(unit.claim_owner("c1"), "thing/a", "the owner is kind/id")
            expect_raised(ClaimTaken, lambda: unit.claim("c1", "me"), "not for a free owner")
            expect_raised(ClaimTaken, lambda: unit.append(change("b", claims=("c2",))), "not for another document")
            expect_raised(
                ClaimTaken, lambda: unit.append(change("a", kind="other", claims=("c2",))), "not for another kind"
            )
        write(store, change("a", 1, claims=("c2", "c3")))
        write(store, change("b", claims=("c1",)))
        with store.reading() as reader:
            owners = [reader.claim_owner(claim) for claim in ("c1", "c2", "c3")]
        expect(owners, ["thing/b", "thing/a", "thing/a"], "a change replaces the claims")

    def test_a_claim_passes_on_within_one_unit_of_work(self, store: Store) -> None:
        """What one change gives back, the next may take at once."""
        write(store, change("a", claims=("c",)))
        write(store, change("a", 1), change("b", claims=("c",)))
        with store.reading() as reader:
            expect(reader.claim_owner("c"), "thing/b", "the claim passed on")

    def test_a_counter_starts_at_nothing_and_adds_up(self, store: Store) -> None:
        """``add`` answers the sum; amounts may be below 0; a committed sum stays."""
        with store.transaction() as unit:
            expect(unit.counter("n"), 0, "a counter starts at 0")
            expect([unit.add("n", amount) for amount in (5, -2, 0)], [5, 3, 3], "add answers the sum")
        with store.reading() as reader:
            expect(reader.counter("n"), 3, "the sum stays")
            expect(reader.counter("m"), 0, "counters are apart")

    def test_a_counter_stops_at_its_limit(self, store: Store) -> None:
        """The limit itself is reached, one more is refused without a change, also at the very first."""

        def add(unit: Transaction, amount: int, limit: int) -> tuple[int | None, int]:
            return unit.add("n", amount, limit=limit), unit.counter("n")

        with store.transaction() as unit:
            expect(add(unit, 4, 3), (None, 0), "the first amount is measured too")
            expect(add(unit, 2, 3), (2, 2), "below the limit")
            expect(add(unit, 2, 3), (None, 2), "beyond the limit nothing changes")
            expect(add(unit, 1, 3), (3, 3), "the limit itself is reached")
            expect(add(unit, 1, 3), (None, 3), "and not passed")
            expect(add(unit, -1, 3), (2, 2), "giving back makes room")
            expect(add(unit, 1, 0), (None, 2), "a limit that was lowered meanwhile holds")
            expect(unit.add("n", 10), 12, "without a limit there is none")
            expect(unit.add("m", -5), -5, "a sum may be below 0")
            expect(unit.add("m", 4, limit=3), -1, "the sum is measured, not the amount")

    def test_a_kept_text_is_replaced(self, store: Store) -> None:
        """``get`` answers the last ``put``, or None."""
        with store.transaction() as unit:
            expect(unit.get("k"), None, "nothing is kept at first")
            unit.put("k", "one")
            unit.put("k", "two")
            unit.put("", "")
        with store.reading() as reader:
            expect((reader.get("k"), reader.get("")), ("two", ""), "the last text is kept")
