"""ServiceCore: one installation on one store, and the way to act in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

from attrs import evolve

from servicecore.billing import GIFT_CARD, INVOICE
from servicecore.cases import CASE
from servicecore.catalog import ITEM
from servicecore.contracts import CONTRACT
from servicecore.customers import CUSTOMER
from servicecore.engine.awaited_events import AwaitedEvents
from servicecore.engine.books import Books
from servicecore.engine.consumers import Delivery, subscriber
from servicecore.engine.coupon_codes import IssuedCode, codes_of, issued_code
from servicecore.engine.desk import Desk
from servicecore.engine.due import DueReport, run_due
from servicecore.engine.filing_versions import StaleIndexes, stale_kinds
from servicecore.engine.journal import Journal
from servicecore.engine.price_history import price_history
from servicecore.engine.price_matches import find_price_matches
from servicecore.engine.process import Process
from servicecore.engine.processes import PROCESSES
from servicecore.engine.rebuild_indexes import RebuildReport, rebuild_indexes
from servicecore.engine.receipts import HistoryEntry
from servicecore.engine.recent_states import RecentStates
from servicecore.engine.registry import Registry
from servicecore.engine.retrying import failed_work
from servicecore.engine.runtime import Runtime
from servicecore.engine.settings import Settings
from servicecore.engine.sources import RandomIds, SystemClock
from servicecore.engine.stored_settings import load_settings
from servicecore.engine.subscriptions import Subscriber, begin, move, position_of
from servicecore.engine.work import FAILED_WORK, FailedWork, WorkStatus
from servicecore.errors import AmbiguousId, NotFound
from servicecore.kernel.authority import Actor
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import Clock, as_instant
from servicecore.kernel.events import fold
from servicecore.kernel.ids import IdSource
from servicecore.kernel.operations import AggregateKind
from servicecore.orders import ORDER
from servicecore.orders.operations.record_order import RECORDED_ORDER
from servicecore.plugins.host import PluginHost
from servicecore.pricing.book import PriceBook
from servicecore.pricing.campaigns import CAMPAIGN, CODE_BATCH
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.past_prices import PastPrice
from servicecore.pricing.price_match import PRICE_MATCH, PriceMatch, PriceMatchStatus
from servicecore.pricing.promotions.offer_parts import OfferParts
from servicecore.pricing.redemptions import REDEMPTION
from servicecore.storage.codec import JsonCodec
from servicecore.storage.event_types import EventTypes
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store
from servicecore.storage.verify import Discrepancy, verify

KINDS: Final[tuple[AggregateKind[Any], ...]] = (
    CUSTOMER,
    ITEM,
    ORDER,
    RECORDED_ORDER,
    CASE,
    CONTRACT,
    INVOICE,
    PRICE_MATCH,
    GIFT_CARD,
    CAMPAIGN,
    CODE_BATCH,
    REDEMPTION,
    FAILED_WORK,
)


@cache
def _journal() -> Journal:
    """Return the journal of all kinds, one a process: it builds a reader or writer once, and that takes a while."""
    codec = JsonCodec()
    return Journal(codec, EventTypes.of(KINDS, codec=codec))


class ServiceCore:
    """One installation of servicecore on one store.

    Use ``ServiceCore.open(url)``; it is a context manager and safe to share between threads.
    """

    def __init__(self, runtime: Runtime, processes: tuple[Process, ...] = PROCESSES) -> None:
        self.runtime = runtime
        self.processes = processes
        self.awaited = AwaitedEvents()
        self._subscribers: dict[str, Subscriber] = {}

    @classmethod
    def open(
        cls,
        url: str | Store = "memory:",
        *,
        settings: Settings | None = None,
        book: PriceBook | None = None,
        plugins: Iterable[object] = (),
        autoload: bool = True,
        clock: Clock | None = None,
        ids: IdSource | None = None,
    ) -> ServiceCore:
        """Open the installation at ``url``.

        Args:
            url: ``memory:``, ``sqlite:///shop.db``, ``postgresql://...``, or a store that passes the conformance kit.
            settings: how it behaves; without, the defaults for a small call centre and what an import left there.
            book: the price book to use from now on; it is kept in the store.
            plugins: plugin objects beside the installed ones.
            autoload: whether installed plugins (entry points) are loaded.
            clock: where the time comes from; the machine's by default.
            ids: where ids come from; random, sortable ones by default.

        Raises:
            StoreUnavailable, StoreBroken: the database cannot be used, and why.

        Warns:
            StaleIndexes: an older release wrote documents that this one finds by more; ``rebuild_indexes`` ends that.

        """
        store = url if hasattr(url, "reading") and not isinstance(url, str) else open_store(must_be(url, str, "url"))
        settings = load_settings(store) if settings is None else must_be(settings, Settings, "settings")
        clock = clock or SystemClock()
        journal = evolve(_journal(), recent=RecentStates())
        host = PluginHost(plugins=tuple(plugins), autoload=autoload, settings=settings.plugins, clock=clock)
        parts = host.offer_parts
        runtime = Runtime(
            store=store,
            journal=journal,
            registry=Registry(KINDS),
            host=host,
            clock=clock,
            ids=ids or RandomIds(),
            settings=settings,
            books=Books(store, JsonCodec(added=parts.by_base()) if parts else journal.codec),
        )
        core = cls(runtime)
        stale = core.stale_kinds()
        if stale:
            warnings.warn(
                f"searches may miss what an older release wrote of {', '.join(stale)}; run servicecore db upgrade",
                StaleIndexes,
                stacklevel=2,
            )
        if book is not None:
            core.use_book(book)
        return core

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the store's connections and files."""
        self.runtime.store.close()
        self.runtime.host.close()

    def acting_as(self, actor: Actor) -> Desk:
        """Return the desk of ``actor``: nothing happens without somebody doing it."""
        return Desk(self, must_be(actor, Actor, "actor"))

    def use_book(self, book: PriceBook) -> None:
        """Keep ``book`` in the store and price with it from now on.

        Raises:
            Refused: with every problem of the book.
            InvalidValue: ``value.wrong_type``: it is no price book.

        """
        self.runtime.books.put(book)

    def book(self) -> CompiledBook:
        """Return the compiled price book in force.

        Raises:
            NotFound: none was ever given.
            Refused: ``storage.missing_plugin_part``: it names a part of a plugin that is not loaded.

        """
        return self.runtime.books.current()

    @property
    def offer_parts(self) -> OfferParts:
        """Return the parts that plugins add to offers, for reading price book files (`load_price_book`)."""
        return self.runtime.host.offer_parts

    def coupon_code(self, code: str) -> IssuedCode | None:
        """Return what the store knows of ``code``, in any case: campaign, batch and what it gives (A12).

        None where it was never issued; the codes of the price book's own coupons are in the book.
        """
        with self.runtime.store.reading() as reader:
            return issued_code(self.runtime, reader, normalised(must_be(code, str, "code")))

    def issued_codes(self, campaign: str) -> Iterator[str]:
        """Yield every code that was issued for ``campaign``; only one batch is in memory at a time."""
        return codes_of(self.runtime, campaign)

    def locate(self, id: str, kind: str = "") -> tuple[AggregateKind[Any], Any]:  # noqa: A002 - the field's own name
        """Return kind and state of the aggregate ``id``; the kind may be left out where only one has the id.

        Raises:
            NotFound: nothing is stored under the id.
            AmbiguousId: several kinds have it, and no kind was named.

        """
        kinds = (self.runtime.registry.kind(kind),) if kind else self.runtime.registry.kinds
        with self.runtime.store.reading() as reader:
            loaded = [(each, reader.load(each.name, id)) for each in kinds]
        found = [(each, document) for each, document in loaded if document is not None]
        if not found:
            known = ", ".join(each.name for each in kinds)
            raise NotFound(f"nothing is stored under {id!r}", hint=f"looked for {known}")
        if len(found) > 1:
            names = ", ".join(each.name for each, _document in found)
            raise AmbiguousId(f"{id!r} is the id of several things", hint=f"name the kind: {names}")
        (only, document), *_ = found
        return only, self.runtime.journal.read_state(only, document)

    def history(self, id: str, kind: str = "") -> tuple[HistoryEntry, ...]:  # noqa: A002 - the field's own name
        """Return all events of an aggregate, in order, with who did it and why (A22).

        Raises:
            NotFound: nothing is stored under the id.

        """
        found, _state = self.locate(id, kind)
        return tuple(self.runtime.journal.entry(each) for each in self.runtime.store.history(found.name, id))

    def as_of(self, id: str, at: datetime | int, kind: str = "") -> Any:  # noqa: A002 - the field's own name
        """Return an aggregate's state as it was at an instant (inclusive) or after a version.

        Raises:
            NotFound: nothing is stored under the id, or it had not begun by then.

        """
        entries = self.history(id, kind)
        if isinstance(at, int):
            events = [entry.event for entry in entries if entry.version <= at]
        else:
            instant = as_instant(at)
            events = [entry.event for entry in entries if entry.at <= instant]
        if not events:
            raise NotFound(f"{id!r} had not begun by {at}")
        return fold(events)

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return ids of aggregates whose ``index`` has ``value``, sorted, after ``after``, at most ``limit``.

        Raises:
            UnknownCommand: there is no such kind.
            InvalidValue: the kind has no such index (``engine.unknown_index``).

        """
        self.runtime.registry.check_index(kind, index)
        with self.runtime.store.reading() as reader:
            return reader.find(kind, index, value, after=after, limit=limit)

    def count(self, kind: str) -> int:
        """Return how many aggregates of ``kind`` are stored.

        Raises:
            UnknownCommand: there is no such kind.

        """
        self.runtime.registry.kind(kind)
        return sum(1 for _document in self.runtime.store.documents(kind))

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return ids of aggregates in which every word of ``text`` is found, best first (A26, E01).

        Raises:
            UnknownCommand: there is no such kind.

        """
        self.runtime.registry.kind(kind)
        return self.runtime.store.search(kind, must_be(text, str, "text"), limit=must_be(limit, int, "limit"))

    def price_matches(
        self,
        *,
        item: str = "",
        competitor: str = "",
        status: PriceMatchStatus | None = None,
        expires_by: datetime | None = None,
    ) -> tuple[PriceMatch, ...]:
        """Return the recorded prices of competitors that fit all that is given, as they stand now, by id (E27).

        Args:
            item: the item's id; empty for any.
            competitor: as the records name it; empty for any.
            status: how they stand now, also where a lapse was not noted yet; None for any.
            expires_by: an instant by which (inclusive) they lapse; None for any, also those that never do.

        """
        return find_price_matches(self.runtime, item, competitor, status, expires_by)

    def price_history(self, customer: str, item: str, *, limit: int = 50) -> tuple[PastPrice, ...]:
        """Return what ``customer`` paid for ``item`` in orders placed here and recorded elsewhere, latest first (A07).

        Args:
            customer: the customer's id.
            item: the item's id.
            limit: most prices to return.

        """
        return price_history(self.runtime, customer, item, limit)

    def subscribe(self, name: str, callback: Callable[[Delivery], None], *, start: int | None = 0) -> None:
        """Let ``callback`` hear of every event, at least once, in order for each aggregate; ``run_due`` delivers.

        Where the subscriber stands is kept in the store under ``name``. What it does not take (it raises) is
        delivered again after pauses, in front of what follows of the same aggregate, and parked at last.

        Args:
            name: stable; the same in every process that has this subscriber.
            callback: a repeated delivery has the same ``position``.
            start: for its very first time: position of the last event that it does not want; 0 for all, None for
                none of those that are there already.

        """
        found = Subscriber(subscriber(self.runtime, name, callback), start)
        begin(self.runtime, found)
        self._subscribers[name] = found

    def replay(self, name: str, *, after: int = 0) -> None:
        """Let the subscriber ``name`` hear of everything after the position ``after`` once more; 0 for all."""
        move(self.runtime, name, after)

    def subscribed(self, name: str) -> int:
        """Return the position of the last event that the subscriber ``name`` is through with."""
        return position_of(self.runtime, name)

    def parked(self) -> tuple[FailedWork, ...]:
        """Return what failed too often and waits for somebody to release it (``engine.release_work``), by id."""
        return tuple(failed_work(self.runtime, WorkStatus.PARKED))

    def retrying(self) -> tuple[FailedWork, ...]:
        """Return what failed and is tried again by itself, by id."""
        return tuple(failed_work(self.runtime, WorkStatus.RETRYING))

    def run_due(
        self,
        *,
        limit: int | None = None,
        now: datetime | None = None,
        workers: int | Executor = 1,
        opener: Callable[[], ServiceCore] | None = None,
    ) -> DueReport:
        """Do everything whose time has come, exactly once, in order, also after downtime.

        Args:
            limit: most aggregates to wake; the setting ``due_limit`` by default.
            now: the instant of the run, aware; the clock's by default.
            workers: how many threads wake aggregates, or an executor that does; the result is the same.
            opener: for an executor of other processes: opens this installation there; it has to be picklable.

        """
        return run_due(
            self.runtime,
            self.processes,
            limit=limit or self.runtime.settings.due_limit,
            subscribers=tuple(self._subscribers.values()),
            workers=workers,
            opener=opener,
            now=now,
        )

    def stale_kinds(self) -> tuple[str, ...]:
        """Return the names of the kinds whose documents may be filed by the rules of an older release."""
        return stale_kinds(self.runtime.store, self.runtime.registry.kinds)

    def rebuild_indexes(self) -> RebuildReport:
        """File every document by this release's rules: indexes, words of the search, wake-up, claims.

        Only what differs is written, a hundred documents a transaction; others may go on meanwhile, and a rebuild
        that was ended anywhere is simply repeated. ``servicecore db upgrade`` does it.
        """
        return rebuild_indexes(self.runtime.store, self.runtime.registry.kinds, self.runtime.journal.codec)

    def verify(self) -> Iterator[Discrepancy]:
        """Fold every aggregate anew and compare it with what is stored; yield each discrepancy (F10)."""
        return verify(self.runtime.store, self.runtime.registry.kinds, self.runtime.journal.types)
