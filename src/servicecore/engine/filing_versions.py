"""By which rules the documents of each kind are filed, as the store keeps it: an older number is an upgrade to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from servicecore.kernel.operations import AggregateKind
from servicecore.storage.ports import Reader, Store

_KEY: Final = "filing-versions"
_FIRST: Final = 1


class StaleIndexes(UserWarning):
    """Warned of by ``ServiceCore.open`` where searches may miss documents that an older release wrote."""


def stale_kinds(store: Store, kinds: Iterable[AggregateKind[Any]]) -> tuple[str, ...]:
    """Return the names of the kinds with documents that an older release may have filed by other rules.

    A store without documents of such kinds has nothing to do, and keeps from now on that it files by this release's.
    """
    kinds = tuple(kinds)
    behind = kinds_behind(store, kinds)
    if not behind:
        return ()
    stale = tuple(kind.name for kind in behind if next(store.documents(kind.name), None) is not None)
    if not stale:
        keep_versions(store, kinds)
    return stale


def kinds_behind(store: Store, kinds: Iterable[AggregateKind[Any]]) -> tuple[AggregateKind[Any], ...]:
    """Return the kinds whose rules are newer than the store says it is filed by."""
    with store.reading() as reader:
        kept = _kept(reader)
    return tuple(kind for kind in kinds if kept.get(kind.name, _FIRST) < kind.filing_version)


def is_behind(reader: Reader, kind: AggregateKind[Any]) -> bool:
    """Return whether documents of ``kind`` may be filed by older rules than this release's."""
    return _kept(reader).get(kind.name, _FIRST) < kind.filing_version


def keep_versions(store: Store, kinds: Iterable[AggregateKind[Any]]) -> None:
    """Keep that every document of ``kinds`` is filed by this release's rules."""
    raised = {kind.name: kind.filing_version for kind in kinds if kind.filing_version > _FIRST}
    with store.reading() as reader:
        if _kept(reader).items() >= raised.items():
            return
    with store.transaction() as transaction:
        merged = {**_kept(transaction), **raised}
        transaction.put(_KEY, json.dumps(merged, sort_keys=True))


def _kept(reader: Reader) -> Mapping[str, int]:
    found: Mapping[str, int] = json.loads(reader.get(_KEY) or "{}")
    return found
