"""Due and elapsed working time against bisect tables written by hand, businesstimedelta and pandas.

Run it as a program; it prints one line a contender and horizon with the ratio to the faster of the two floors, all of
one run, and the growth of each contender from the shortest to the longest horizon. Instants are aware, in Rome time,
going in; the desk works Monday to Friday from 9 to 17. The target: within 2 times the faster floor, flat from 1 to
4,000 hours, ahead of both peers.
"""

from __future__ import annotations

import datetime as dt
import timeit
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from servicecore.kernel.workcalendar import WorkCalendar

ZONE = "Europe/Rome"
ROME = ZoneInfo(ZONE)
START = datetime(2026, 3, 3, 10, 15, tzinfo=ROME)
HOURS = (1, 8, 400, 4000)
TARGET, FLAT = 2.0, 1.5
SECONDS_A_TURN = 0.02
ROUNDS = 25
DUE, ELAPSED = "due", "elapsed"
Contender = dict[str, Callable[[Any, Any], Any]]


def working_days() -> list[datetime]:
    """Return the Roman mornings of six years, Monday to Friday."""
    first = dt.date(2024, 1, 1)
    days = (first + timedelta(days=n) for n in range(6 * 365))
    return [datetime(day.year, day.month, day.day, 9, tzinfo=ROME) for day in days if day.weekday() < 5]


class SecondsFloor:
    """Sorted epoch seconds with prefix sums; instants are converted on the way in and out, nothing is checked."""

    def __init__(self) -> None:
        self.starts = [int(day.timestamp()) for day in working_days()]
        self.ends = [start + 8 * 3600 for start in self.starts]
        self.before = [8 * 3600 * n for n in range(len(self.starts))]

    def worked(self, at: int) -> int:
        i = bisect_right(self.starts, at) - 1
        return self.before[i] + min(at, self.ends[i]) - self.starts[i]

    def due(self, start: datetime, work: timedelta) -> datetime:
        target = self.worked(int(start.timestamp())) + int(work.total_seconds())
        j = bisect_left(self.before, target) - 1
        return datetime.fromtimestamp(self.starts[j] + target - self.before[j], UTC)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return timedelta(seconds=self.worked(int(end.timestamp())) - self.worked(int(start.timestamp())))


class DatetimeFloor:
    """Sorted aware datetimes with prefix sums; nothing is checked, nothing is compiled later."""

    def __init__(self) -> None:
        self.starts = [day.astimezone(UTC) for day in working_days()]
        self.ends = [start + timedelta(hours=8) for start in self.starts]
        self.before = [timedelta(hours=8) * n for n in range(len(self.starts))]

    def worked(self, at: datetime) -> timedelta:
        i = bisect_right(self.starts, at) - 1
        return self.before[i] + (min(at, self.ends[i]) - self.starts[i])

    def due(self, start: datetime, work: timedelta) -> datetime:
        target = self.worked(start.astimezone(UTC)) + work
        j = bisect_left(self.before, target) - 1
        return self.starts[j] + (target - self.before[j])

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return self.worked(end.astimezone(UTC)) - self.worked(start.astimezone(UTC))


def servicecore() -> Contender:
    days = ("mon", "tue", "wed", "thu", "fri")
    calendar = WorkCalendar.from_json({"tz": ZONE, "weekly": {day: [["09:00", "17:00"]] for day in days}}).compiled()
    return {DUE: calendar.due, ELAPSED: calendar.elapsed}


def businesstimedelta() -> Contender:
    package, pytz = import_module("businesstimedelta"), import_module("pytz")
    rules = import_module("businesstimedelta.rules")
    day = rules.WorkDayRule(dt.time(9), dt.time(17), [0, 1, 2, 3, 4], tz=pytz.timezone(ZONE))
    hours = rules.Rules([day])

    def due(start: datetime, work: timedelta) -> Any:
        return start + package.BusinessTimeDelta(hours, timedelta=work)

    def elapsed(start: datetime, end: datetime) -> Any:
        return hours.difference(start, end).timedelta

    return {DUE: due, ELAPSED: elapsed}


def pandas() -> Contender:
    package = import_module("pandas")
    offset = package.offsets.CustomBusinessHour

    def due(start: datetime, work: timedelta) -> Any:
        return (
            package.Timestamp(start) + offset(int(work.total_seconds()) // 3600, start="09:00", end="17:00")
        ).to_pydatetime()

    def elapsed(start: datetime, end: datetime) -> timedelta:
        """Count whole hours only, which is all that a range can."""
        stamps = package.date_range(
            package.Timestamp(start), package.Timestamp(end), freq=offset(start="09:00", end="17:00")
        )
        return timedelta(hours=len(stamps) - 1)

    return {DUE: due, ELAPSED: elapsed}


PEERS = {"businesstimedelta": businesstimedelta, "pandas": pandas}
FLOORS = ("floor, seconds", "floor, datetimes")


def contenders() -> dict[str, Contender]:
    """Return the floors, servicecore, and the peers that are installed."""
    seconds, datetimes = SecondsFloor(), DatetimeFloor()
    found: dict[str, Contender] = {
        FLOORS[0]: {DUE: seconds.due, ELAPSED: seconds.elapsed},
        FLOORS[1]: {DUE: datetimes.due, ELAPSED: datetimes.elapsed},
        "servicecore": servicecore(),
    }
    for name, make in PEERS.items():
        if find_spec(name) is None:
            print(f"worktime {name} is not installed: left out")
        else:
            found[name] = make()
    return found


def checked_calls(found: dict[str, Contender], what: str) -> dict[tuple[int, str], Callable[[], object]]:
    """Return one call a horizon and contender, after checking that all give the same answer."""
    calls: dict[tuple[int, str], Callable[[], object]] = {}
    for hours in HOURS:
        work = timedelta(hours=hours)
        end = found["servicecore"][DUE](START, work)
        second, expected = (work, end) if what == DUE else (end.astimezone(ROME), work)
        for name, each in found.items():
            answer = each[what](START, second)
            assert answer == expected, f"{name} {what} {hours} h: {answer}, not {expected}"
            calls[hours, name] = partial(each[what], START, second)
    return calls


def measure(found: dict[str, Contender], what: str) -> dict[int, dict[str, float]]:
    """Return microseconds by horizon and contender: the best of rounds that go through all of them in turn."""
    calls = checked_calls(found, what)
    numbers = {key: max(1, int(SECONDS_A_TURN / timeit.timeit(call, number=3) * 3)) for key, call in calls.items()}
    rows: dict[int, dict[str, float]] = {hours: dict.fromkeys(found, float("inf")) for hours in HOURS}
    for _ in range(ROUNDS):
        for (hours, name), call in calls.items():
            number = numbers[hours, name]
            time = timeit.timeit(call, number=number) / number * 1e6
            rows[hours][name] = min(rows[hours][name], time)
    return rows


def report(what: str, rows: dict[int, dict[str, float]]) -> None:
    """Print the rows of one question, the growth of each contender, and whether the target is met."""
    first, last = HOURS[0], HOURS[-1]
    floors = {hours: min(times[name] for name in FLOORS) for hours, times in rows.items()}
    for hours, times in rows.items():
        for name, time in times.items():
            ratio = time / floors[hours]
            print(f"worktime.{what:<8} {hours:>5} h  {name:<18} {time:12.2f} us {ratio:11.2f} x the faster floor")
    for name in rows[first]:
        growth = rows[last][name] / rows[first][name]
        print(f"worktime.{what:<8} growth   {name:<18} {growth:9.2f} x from {first} to {last} h")
    worst = max(times["servicecore"] / floors[hours] for hours, times in rows.items())
    growth = rows[last]["servicecore"] / rows[first]["servicecore"]
    ahead = all(times["servicecore"] < times[name] for times in rows.values() for name in PEERS if name in times)
    met = worst <= TARGET and growth <= FLAT and ahead
    print(
        f"worktime.{what:<8} target {'met' if met else 'MISSED'}: at most {worst:.2f} x the faster floor, "
        f"growth {growth:.2f} x, {'ahead of' if ahead else 'BEHIND'} the peers"
    )


def main() -> None:
    """Measure every contender at every horizon and print the report."""
    found = contenders()
    for what in (DUE, ELAPSED):
        report(what, measure(found, what))


if __name__ == "__main__":
    main()
