"""Files stored documents anew by the rules of this release: indexes, words, wake-up and claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve, frozen

from servicecore.engine.filing_versions import keep_versions
from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.codec import Codec
from servicecore.storage.ports import ClaimTaken, Document, Store, StoreBroken, Transaction
from servicecore.storage.read_state import read_state

_BATCH: Final = 100
_ATTEMPTS: Final = 10


@frozen
class RebuiltKind:
    """What a rebuild did to the documents of one kind.

    Attributes:
        kind: its name.
        looked_at: how many documents there are.
        rewritten: how many of them were filed by other rules.

    """

    kind: str
    looked_at: int
    rewritten: int


@frozen
class LeftAsItWas:
    """A document that could not be filed as its state says, and why."""

    kind: str
    id: str
    why: str


@frozen
class RebuildReport:
    """What a rebuild of the indexes did.

    Attributes:
        kinds: those that were looked at, in the order of the installation.
        left: documents that cannot be read, or whose claim another one holds; the next rebuild tries them again.

    """

    kinds: tuple[RebuiltKind, ...] = ()
    left: tuple[LeftAsItWas, ...] = ()

    @property
    def looked_at(self) -> int:
        """Return how many documents were looked at."""
        return sum(each.looked_at for each in self.kinds)

    @property
    def rewritten(self) -> int:
        """Return how many documents were filed anew."""
        return sum(each.rewritten for each in self.kinds)


def rebuild_indexes(store: Store, kinds: Iterable[AggregateKind[Any]], codec: Codec) -> RebuildReport:
    """File every document of ``kinds`` by this release's rules, and keep that it was done.

    One page of documents is in memory at a time. What is filed right already is only read; the rest is written in
    batches, each a unit of work of its own that reads the documents again and holds them, so that others may go on,
    and a rebuild that was ended anywhere is simply repeated.

    Raises:
        VersionConflict: others changed the same documents again and again.

    """
    rebuilt: list[RebuiltKind] = []
    left: list[LeftAsItWas] = []
    for kind in kinds:
        done, problems = _rebuild(store, kind, codec)
        rebuilt.append(done)
        left.extend(problems)
        if not problems:
            keep_versions(store, (kind,))
    return RebuildReport(tuple(rebuilt), tuple(left))


def _rebuild(store: Store, kind: AggregateKind[Any], codec: Codec) -> tuple[RebuiltKind, list[LeftAsItWas]]:
    looked_at = rewritten = 0
    left: list[LeftAsItWas] = []
    batch: list[str] = []

    def flush() -> None:
        nonlocal rewritten
        number, problems = _write(store, kind, tuple(batch), codec)
        rewritten += number
        left.extend(problems)
        batch.clear()

    for document in store.documents(kind.name):
        looked_at += 1
        try:
            if not _is_filed(document, _filing(kind, document, codec)):
                batch.append(document.id)
        except StoreBroken as error:
            left.append(LeftAsItWas(kind.name, document.id, str(error)))
        if len(batch) == _BATCH:
            flush()
    if batch:
        flush()
    return RebuiltKind(kind.name, looked_at, rewritten), left


def _write(store: Store, kind: AggregateKind[Any], ids: tuple[str, ...], codec: Codec) -> tuple[int, list[LeftAsItWas]]:
    attempt = 1
    while True:
        left: list[LeftAsItWas] = []
        try:
            with store.transaction() as transaction:
                rewritten = sum(_refile(transaction, kind, id_, codec, left) for id_ in ids)
        except VersionConflict:
            if attempt == _ATTEMPTS:
                raise
            attempt += 1
        else:
            return rewritten, left


def _refile(
    transaction: Transaction, kind: AggregateKind[Any], id_: str, codec: Codec, left: list[LeftAsItWas]
) -> bool:
    """File a document anew where it still is filed otherwise; return whether that was so."""
    document = transaction.load(kind.name, id_)
    if document is None:
        return False
    filing = _filing(kind, document, codec)
    if _is_filed(document, filing):
        return False
    try:
        transaction.refile(kind.name, id_, document.version, filing)
    except ClaimTaken as taken:
        left.append(LeftAsItWas(kind.name, id_, str(taken)))
        filing = evolve(filing, claims=document.claims)
        if _is_filed(document, filing):
            return False
        transaction.refile(kind.name, id_, document.version, filing)
    return True


def _filing(kind: AggregateKind[Any], document: Document, codec: Codec) -> Filing:
    return kind.filing(read_state(kind, document, codec))


def _is_filed(document: Document, filing: Filing) -> bool:
    return (_values(document.indexes), document.wakeup, set(document.claims)) == (
        _values(filing.indexes),
        filing.wakeup,
        set(filing.claims),
    )


def _values(indexes: Any) -> set[tuple[str, str]]:
    return {(name, value) for name, values in indexes.items() for value in values}
