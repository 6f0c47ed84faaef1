"""Compares the rows of a SQL store with their marks, and what there is with the sums of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from servicecore.storage.ports import Inconsistency
from servicecore.storage.sql.ledger import MODULUS, counter_mark, mark_of


@frozen
class Held:
    """What the tables hold at one moment.

    Attributes:
        sums: of the ledger's stripes: log, handed on, claims, counters, kept.
        log: the sum of the shares of all events.
        outbox: the sum of the shares of the events in the outbox.
        claims: claim, owner and mark.
        counters: name, value and mark.
        kept: key, text, mark and trail.

    """

    sums: tuple[int, ...]
    log: int
    outbox: int
    claims: Iterable[tuple[str, str, int]]
    counters: Iterable[tuple[str, int, int]]
    kept: Iterable[tuple[str, str, int, int]]


def check_ledger(held: Held) -> Iterator[Inconsistency]:
    """Stream the rows that contradict their marks, then the tables that contradict the ledger."""
    log, handed_on, claims, counters, kept = held.sums
    yield from _compare("the log holds other events", log, held.log)
    yield from _compare("the outbox holds other events", log - handed_on, held.outbox)
    found = 0
    for claim, owner, mark in held.claims:
        found += mark
        if mark != mark_of(claim, owner):
            yield _changed(f"claim {claim}, held by {owner},")
    yield from _compare("there are other claims", claims, found)
    found = 0
    for name, value, mark in held.counters:
        found += mark
        if mark != counter_mark(name, value):
            yield _changed(f"counter {name}, at {value},")
    yield from _compare("there are other counters", counters, found)
    found = 0
    for key, data, mark, trail in held.kept:
        found += trail
        if mark != mark_of(key, data):
            yield _changed(f"what is kept under {key}")
    yield from _compare("something else is kept", kept, found)


def _changed(what: str) -> Inconsistency:
    return Inconsistency("", "", f"{what} is not what was written")


def _compare(what: str, expected: int, found: int) -> Iterator[Inconsistency]:
    if (expected - found) % MODULUS:
        yield Inconsistency(
            "", "", f"{what} than the ledger sums up: a row was changed, added, taken away, or put back to what it was"
        )
