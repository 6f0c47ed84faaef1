"""A contest: many hands execute commands at once, and the result has to be one that a single hand could have had."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from attrs import astuple, frozen
from tests.crash.points import Points
from tests.crash.shop import MANAGER, Shop

from servicecore.engine.execute import execute
from servicecore.engine.payments import send_requested
from servicecore.engine.requests import SYSTEM, Request
from servicecore.errors import Refused
from servicecore.kernel.authority import Reason
from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Append, Store

KEPT = ("price-book", "filing-versions", "coupon-code:L1", "coupon-code:L2")
COUNTERS = (
    "coupon:SPRING",
    "coupon:SPRING:code:SPRING10",
    "coupon:SPRING:customer:C-1",
    "coupon:LETTERS",
    "coupon:LETTERS:code:L1",
    "coupon:LETTERS:code:L2",
    "coupon:LETTERS:customer:C-1",
    "money:EUR:coupon:LETTERS",
    "offer-uses:LAUNCH",
    "money:EUR:offer-uses:LAUNCH",
    "customer-uses:LAUNCH\nC-1",
    "order-number:C-1\n1",
    "offer-code-uses:LETTER\nLAST",
    "customer-code-uses:LETTER\nC-1\nLAST",
)
ROOT = Path(__file__).parents[2]


@frozen
class Entry:
    """A command in a contest, under the key that the log will name it by.

    Where it ``sends``, the payments that it asks for are made by the same hand.
    """

    key: str
    name: str
    text: str
    reason: str = ""
    sends: bool = False


def entry(shop: Shop, key: str, command: Any, reason: str = "", *, sends: bool = False) -> Entry:
    return Entry(key, command.name, shop.core.runtime.journal.write(command), reason, sends)


def play(shop: Shop, each: Entry) -> str:
    """Execute an entry, and return ``done``, ``nothing`` where nothing was to do, or the code of the first problem."""
    runtime = shop.core.runtime
    cls = runtime.registry.command(each.name)
    actor = SYSTEM if runtime.registry.of_command(cls)[1].automatic else MANAGER
    command = runtime.journal.codec.decode(cls, each.text)
    request = Request(command, actor, reason=Reason(each.reason) if each.reason else None, key=each.key)
    try:
        receipt = execute(runtime, request)
    except Refused as refusal:
        return refusal.problems[0].code
    if each.sends:
        send_requested(runtime, receipt.id, receipt.events)
    return "done" if receipt.events else "nothing"


def by_threads(shop: Shop, entries: list[Entry], hands: int) -> dict[str, str]:
    """Let ``hands`` threads of this process play, each its share, all at once."""
    start = threading.Barrier(hands)

    def run(hand: int) -> dict[str, str]:
        start.wait()
        return {each.key: play(shop, each) for each in entries[hand::hands]}

    with ThreadPoolExecutor(hands) as pool:
        return {key: told for share in pool.map(run, range(hands)) for key, told in share.items()}


def by_processes(url: str, folder: Path, entries: list[Entry], hands: int) -> dict[str, str]:
    """Let ``hands`` processes play, each its share, all at once."""
    plain = [astuple(each) for each in entries]
    (folder / "entries.json").write_text(json.dumps(plain), encoding="utf-8")
    command = [sys.executable, "-m", "tests.races.hand", url, str(folder)]
    running = [
        subprocess.Popen(
            [*command, str(hand), str(hands)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for hand in range(hands)
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    answers = [each.communicate(timeout=120)[0] for each in running]
    assert [each.returncode for each in running] == [0] * hands
    return {key: told for answer in answers for key, told in json.loads(answer).items()}


def copied(store: Store) -> MemoryStore:
    """Return a store in memory that holds the aggregates and kept texts that a contest begins with."""
    copy = MemoryStore()
    with copy.transaction() as unit:
        for each in store.documents():
            events = tuple(logged.event for logged in store.history(each.kind, each.id))
            unit.append(Append(each.kind, each.id, 0, events, each.data, each.indexes, each.wakeup, each.claims))
        with store.reading() as reader:
            for key in KEPT:
                text = reader.get(key)
                if text is not None:
                    unit.put(key, text)
    copy.handed_on(*(each.position for each in copy.outbox(limit=10_000)))
    return copy


def check_serial(before: MemoryStore, shop: Shop, entries: list[Entry], outcomes: dict[str, str]) -> Shop:
    """Play what was done once more, one after another in the order of the log, and compare; return that shop.

    What was done has to be possible in that order; what was refused has to be refused, for the same reason, at some
    moment of it.
    """
    by_key = {each.key: each for each in entries}
    log = shop.core.runtime.store.log(limit=100_000)
    order = dict.fromkeys(json.loads(each.event.meta)["key"] for each in log)
    done = [by_key[key] for key in order if key in by_key]
    assert sorted(each.key for each in done) == sorted(key for key, told in outcomes.items() if told == "done")
    serial = Shop(before, shop.folder, Points())
    serial.clock.move_to(shop.clock.now())
    open_questions = {key: told for key, told in outcomes.items() if told != "done"}

    def ask() -> None:
        for key, told in list(open_questions.items()):
            trial = Shop(copied(before), shop.folder, Points())
            trial.clock.move_to(shop.clock.now())
            _copy_counters(before, trial.core.runtime.store)
            if play(trial, by_key[key]) == told:
                del open_questions[key]
            trial.core.close()

    ask()
    for each in done:
        told = play(serial, each)
        assert told == "done", f"{each.key} is possible in no order: {told}"
        ask()
    assert open_questions == {}, f"refused for a reason that never held: {open_questions}"
    return serial


def _copy_counters(source: Store, target: Store) -> None:
    with source.reading() as reader:
        used = {name: reader.counter(name) for name in COUNTERS}
    with target.transaction() as unit:
        for name, count in used.items():
            unit.add(name, count)
