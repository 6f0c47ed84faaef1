"""Kills a process at numbered points, starts another one in its place, and checks what is left.

Run it from the project's folder: ``python -m tests.crash.harness --points 2000``. Every point of every scenario is
one run: a process dies there by SIGKILL; in every third run the one that takes over dies too, somewhere on its way;
the last one brings the work to its end. Then nothing may be lost, nothing doubled, and ``verify`` has to be clean:
what comes out is compared with a run that nobody disturbed. (A process that is killed leaves to the system what it
had written, so SQLite runs without waiting for the disk here; what a power cut does is SQLite's own affair.)
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash.faults import FAULTS
from tests.crash.places import PLACES
from tests.crash.points import Points
from tests.crash.scenarios import SCENARIOS, Scenario

from servicecore.engine.service import _journal
from servicecore.storage.sql.postgres import PostgresStore
from servicecore.storage.sql.sqlite import SqliteStore
from servicecore.testing.postgres import REQUIRED, VARIABLE, NoServer, shared_server

_STORES = (SqliteStore, PostgresStore)  # imported before the first process is forked off, so that all run the same code
_LONGEST = 60
_EVERY = 3


class Harness:
    """One scenario, its folders, and what an undisturbed run comes to."""

    def __init__(self, scenario: Scenario, store: str, root: Path) -> None:
        self.scenario = scenario
        self.name = f"{scenario.name} on {store}"
        self.place = PLACES[store](root, scenario.name)
        self.told = root / f"{scenario.name}.txt"
        self.in_child(lambda: scenario.prepare(self.place.before, self.place.template))
        self.labels = self.clean_run()
        self.in_child(lambda: self.write(self.result()))
        self.expected = self.read()

    def clean_run(self) -> list[str]:
        """Run undisturbed and return what each point on the way stands for."""
        self.place.reset()

        def run() -> None:
            points = Points()
            self.place.kill(points)
            self.scenario.act(self.place.url, self.place.folder, points)
            self.write(points.labels)

        self.in_child(run)
        found: list[str] = self.read()
        return found

    def crash(self, point: int, second: int) -> str:
        """Die at ``point``, perhaps again at ``second`` of the next process, and return what is wrong at last."""
        self.place.reset()
        for deadly in (point, second):
            if deadly and not self.dies(deadly):
                break
        return self.in_child(self.recover, raising=False)

    def dies(self, deadly: int) -> bool:
        def run() -> None:
            points = Points(deadly)
            self.place.kill(points)
            self.scenario.act(self.place.url, self.place.folder, points)

        return self.in_child(run, raising=False) == "killed"

    def recover(self) -> None:
        self.scenario.act(self.place.url, self.place.folder, Points())
        wrong, summary = self.result()
        plain = json.loads(json.dumps(summary))
        if wrong:
            raise AssertionError(f"not sound: {wrong}")
        if plain != self.expected[1]:
            raise AssertionError(f"differs\n  expected {self.expected[1]}\n  got      {plain}")

    def result(self) -> tuple[list[str], Any]:
        if self.scenario.judge is None:
            return [], self.place.schema()
        return self.scenario.judge(self.place.url, self.place.folder)

    def write(self, value: Any) -> None:
        self.told.with_suffix(".json").write_text(json.dumps(value), encoding="utf-8")

    def read(self) -> Any:
        return json.loads(self.told.with_suffix(".json").read_text(encoding="utf-8"))

    def in_child(self, run: Callable[[], None], *, raising: bool = True) -> str:
        """Run in a process forked off this one, and return ``killed``, what it raised, or nothing."""
        told = self.told
        told.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            signal.alarm(_LONGEST)
            try:
                run()
            except BaseException:  # noqa: BLE001 - the parent says it
                told.write_text(traceback.format_exc(), encoding="utf-8")
                os._exit(1)
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            said = "killed" if os.WTERMSIG(status) == signal.SIGKILL else f"ended by signal {os.WTERMSIG(status)}"
        else:
            said = told.read_text(encoding="utf-8") if status else ""
        if raising and said:
            raise RuntimeError(f"{self.name}: {said}")
        return said


def chosen(harnesses: list[Harness], points: int, seed: int) -> list[tuple[Harness, int, int]]:
    """Return the runs: as many points as wanted, spread over the scenarios, each once before any twice."""
    chance = random.Random(seed)
    runs: list[tuple[Harness, int, int]] = []
    waiting = [[(each, number) for number in range(1, len(each.labels) + 1)] for each in harnesses]
    for each in waiting:
        chance.shuffle(each)
    while len(runs) < points and any(waiting):
        for each in waiting:
            if each and len(runs) < points:
                harness, number = each.pop()
                second = chance.randint(1, len(harness.labels)) if len(runs) % _EVERY == 0 else 0
                runs.append((harness, number, second))
    return runs


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=sorted(PLACES), default="sqlite")
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--fault", choices=sorted(FAULTS), help="break the engine like this, to see that it is found")
    options = parser.parse_args(arguments)
    if options.store == "postgres":
        try:
            shared_server()
        except NoServer as reason:
            if os.environ.get(VARIABLE) == REQUIRED:
                raise
            print(f"SKIPPED: no PostgreSQL: {reason}")
            return 0
    _journal()
    began = time.perf_counter()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="servicecore-crash-") as root:
        wanted = [each for each in SCENARIOS if not options.scenario or each.name in options.scenario]
        harnesses = [Harness(each, options.store, Path(root)) for each in wanted]
        for each in harnesses:
            print(f"{each.name}: {len(each.labels)} points", flush=True)
            if each.expected[0]:
                print(f"  undisturbed, and not sound: {each.expected[0]}")
                failed += 1
        FAULTS.get(options.fault, bool)()
        runs = chosen(harnesses, options.points, options.seed)
        for number, (harness, point, second) in enumerate(runs, start=1):
            wrong = harness.crash(point, second)
            if wrong:
                failed += 1
                if options.fault:
                    print(f"found after {number} points: {wrong}")
                    return 1
                place = harness.labels[point - 1]
                print(f"FAILED {harness.name} point {point} ({place}), then {second}: {wrong}", flush=True)
            if number % 200 == 0:
                print(f"{number} of {len(runs)} in {time.perf_counter() - began:.0f} s", flush=True)
    print(f"{len(runs)} kill points, {failed} failed, {time.perf_counter() - began:.0f} s")
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
