"""How often contenders do their work in a second, taking turns, and how the answer is shown."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

SECONDS = float(os.environ.get("SERVICECORE_BENCH_SECONDS", "0.5"))
ROUNDS = int(os.environ.get("SERVICECORE_BENCH_ROUNDS", "5"))

Work = Callable[[], int]
"""Does some commands and returns how many."""


@dataclass(frozen=True)
class Rate:
    """Commands a second in each round, and the microseconds of this process's own work that one took."""

    rounds: tuple[float, ...]
    worked: float

    @property
    def per_second(self) -> float:
        """The median round."""
        return statistics.median(self.rounds)

    @property
    def best(self) -> float:
        """The round that was disturbed least."""
        return max(self.rounds)


def rates(contenders: Mapping[str, Work]) -> dict[str, Rate]:
    """Return the rate of each; they take turns, so that what disturbs the machine disturbs all."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for _round in range(ROUNDS):
        for name, work in contenders.items():
            gc.collect()
            done = 0
            began, worked = time.perf_counter(), time.process_time()
            while (passed := time.perf_counter() - began) < SECONDS:
                done += work()
            found[name].append((done / passed, (time.process_time() - worked) / done * 1e6))
    return {
        name: Rate(tuple(each[0] for each in turns), statistics.median(each[1] for each in turns))
        for name, turns in found.items()
    }


def show(title: str, found: Mapping[str, Rate]) -> None:
    """Print a table; the first contender is the floor."""
    print(f"\n{title}")
    print(f"  {'':34} {'median':>12} {'best round':>14} {'own work':>11}   of the floor: median, best round")
    floor = next(iter(found.values()))
    for name, rate in found.items():
        shares = f"{rate.per_second / floor.per_second:7.1%} {rate.best / floor.best:9.1%}"
        print(f"  {name:34} {rate.per_second:10.0f} /s {rate.best:12.0f} /s {rate.worked:8.0f} us {shares}")


def in_threads(works: list[Work], stack: ExitStack) -> Work:
    """Return what lets all ``works`` go on at once for a tenth of a second."""
    if len(works) == 1:
        return works[0]
    pool = stack.enter_context(ThreadPoolExecutor(len(works)))

    def go_on(work: Work) -> int:
        done = 0
        end = time.perf_counter() + 0.1
        while time.perf_counter() < end:
            done += work()
        return done

    return lambda: sum(pool.map(go_on, works))
