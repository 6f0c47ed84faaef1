"""Checks of due work and of the outbox."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from servicecore.storage.ports import Store
from servicecore.testing.stores.changes import change, minute, write
from servicecore.testing.stores.documents import GivenUp, give_up
from servicecore.testing.stores.expectation import expect

LEASE: Final = timedelta(minutes=10)


def lease(store: Store, now: datetime, limit: int = 100) -> list[str]:
    """Return the ids of what is leased at ``now``, in order."""
    return [due.id for due in store.lease_due(now, limit=limit, lease=LEASE)]


class BaseDueWorkChecks:
    """What every store hands out when its time has come, once."""

    def test_only_what_is_due_is_handed_out_earliest_first(self, store: Store) -> None:
        """A wake-up at ``now`` is due, one microsecond later is not."""
        write(
            store,
            change("late", wakeup=minute(3)),
            change("early", wakeup=minute(1)),
            change("soon", wakeup=minute(3) + timedelta(microseconds=1)),
            change("never"),
            change("middle", kind="other", wakeup=minute(2)),
        )
        expect(store.next_wakeup(), minute(1), "the earliest wake-up of all kinds")
        expect(lease(store, minute(0)), [], "nothing is due yet")
        due = store.lease_due(minute(3), limit=100, lease=LEASE)
        expect(
            [(each.kind, each.id, each.wakeup) for each in due],
            [("thing", "early", minute(1)), ("other", "middle", minute(2)), ("thing", "late", minute(3))],
            "what is due is handed out, earliest first, with its wake-up",
        )

    def test_a_limit_takes_the_earliest(self, store: Store) -> None:
        """What does not fit in the limit is handed out by the next call."""
        write(store, *(change(f"{number}", wakeup=minute(number)) for number in (3, 1, 2)))
        expect(lease(store, minute(9), 2), ["1", "2"], "the earliest are taken")
        expect(lease(store, minute(9), 2), ["3"], "then the rest")
        expect(lease(store, minute(9), 2), [], "then nothing")

    def test_a_lease_keeps_others_away_until_it_ends(self, store: Store) -> None:
        """A leased aggregate is handed out again at the end of its lease, not before."""
        write(store, change("a", wakeup=minute(1)))
        expect(lease(store, minute(2)), ["a"], "it is due")
        expect(lease(store, minute(12) - timedelta(microseconds=1)), [], "it is leased")
        expect(store.next_wakeup(), minute(1), "its wake-up stays what it was")
        expect(lease(store, minute(12)), ["a"], "the lease has ended")
        expect(lease(store, minute(13)), [], "and was given again")

    def test_what_failed_queues_behind_what_waited(self, store: Store) -> None:
        """An aggregate whose lease ran out does not stand before one that became due meanwhile."""
        write(store, change("fails", wakeup=minute(1)), change("waits", wakeup=minute(5)))
        expect(lease(store, minute(2)), ["fails"], "only the first is due")
        expect(lease(store, minute(30), 1), ["waits"], "the one that waited since minute 5 goes first")
        expect(lease(store, minute(30), 1), ["fails"], "then the one whose lease ran out at minute 12")

    def test_a_change_ends_the_lease(self, store: Store) -> None:
        """After a change the new wake-up alone counts."""
        write(store, change("a", wakeup=minute(1)), change("b", wakeup=minute(1)), change("c", wakeup=minute(1)))
        expect(len(lease(store, minute(1))), 3, "all are due")
        write(store, change("a", 1, wakeup=minute(2)), change("b", 1, wakeup=minute(20)), change("c", 1))
        expect(lease(store, minute(2)), ["a"], "a new wake-up is handed out though the lease would run")
        expect(store.next_wakeup(), minute(2), "the earliest of the new wake-ups")
        expect(list(store.inconsistencies()), [], "nothing contradicts itself after it")
        expect(sorted(lease(store, minute(20))), ["a", "b"], "a change without wake-up is never due")

    def test_what_is_postponed_waits_for_its_time_or_its_next_change(self, store: Store) -> None:
        """Until then it is handed out to nobody; its wake-up stays, and what has none is never handed out."""
        write(store, *(change(id_, wakeup=minute(1)) for id_ in ("a", "b", "c")), change("never"))
        expect(lease(store, minute(1)), ["a", "b", "c"], "all are due")
        with store.transaction() as unit:
            unit.postpone("thing", "a", minute(5))
            unit.postpone("thing", "b", datetime.max.replace(tzinfo=UTC))
            unit.postpone("thing", "c", minute(3))
            unit.postpone("thing", "never", minute(3))
            unit.postpone("thing", "nobody", minute(3))
        expect(lease(store, minute(3) - timedelta(microseconds=1)), [], "none is handed out before its time")
        expect(lease(store, minute(3)), ["c"], "the earlier of two times ends the lease too")
        expect(lease(store, minute(9)), ["a"], "then the next")
        expect(store.next_wakeup(), minute(1), "the wake-up stays what it was")
        write(store, change("b", 1, wakeup=minute(2)))
        expect(lease(store, minute(9)), ["b"], "a change ends the postponement")
        write(store, change("b", 2, wakeup=minute(40)))
        with store.transaction() as unit:
            unit.postpone("thing", "b", minute(10))
        expect(sorted(lease(store, minute(40) - timedelta(microseconds=1))), ["a", "c"], "never before its wake-up")
        expect(lease(store, minute(40)), ["b"], "but then")
        expect(list(store.inconsistencies()), [], "nothing contradicts itself")

    def test_a_postponement_that_is_given_up_changes_nothing(self, store: Store) -> None:
        """It is part of its unit of work."""
        write(store, change("a", wakeup=minute(1)))
        with suppress(GivenUp), store.transaction() as unit:
            unit.postpone("thing", "a", minute(5))
            give_up()
        expect(lease(store, minute(1)), ["a"], "it is due as before")

    def test_the_outbox_keeps_the_order_of_the_log(self, store: Store) -> None:
        """Events stay in the outbox, in log order, until they were handed on."""
        write(store, change("b", events=2), change("a"))
        write(store, change("b", 2))
        waiting = store.outbox()
        expect(waiting, store.log(), "every event waits, in log order")
        expect(store.outbox(limit=2), waiting[:2], "the limit is kept")
        store.handed_on(waiting[1].position)
        store.handed_on(waiting[1].position)
        expect(store.outbox(), (waiting[0], *waiting[2:]), "what was handed on is gone, the rest stays in order")
        store.handed_on(waiting[0].position, waiting[3].position)
        expect(store.outbox(), (waiting[2],), "several are taken out at once")
        expect(len(store.log()), 4, "the log keeps everything")
