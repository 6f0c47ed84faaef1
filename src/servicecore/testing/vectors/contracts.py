"""The kinds of contract vectors that the kernel's calendar of dates answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from servicecore.kernel.clock import local_date
from servicecore.kernel.day_count import DayCount, day_count, fixed_month_days
from servicecore.kernel.periods import Alignment, Grid, Period
from servicecore.kernel.recurrence import (
    Interval,
    IntervalUnit,
    MonthEnd,
    boundaries,
    boundary,
    boundary_index,
    day_in_month,
    month_index,
    month_length,
    shift,
)
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_ONE_MONTH: Final = Interval(IntervalUnit.MONTH)
_FREQUENCIES: Final = {
    "daily": IntervalUnit.DAY,
    "weekly": IntervalUnit.WEEK,
    "monthly": IntervalUnit.MONTH,
    "yearly": IntervalUnit.YEAR,
}
_KEPT_DISTANCES: Final = (0, 1, 2)


def _interval(value: Mapping[str, Any]) -> Interval:
    return Interval(IntervalUnit(value["unit"]), value["count"])


def _month_end(name: str) -> MonthEnd:
    """Return the policy; ``naive_clip`` is one clipped step from the period's own start."""
    return MonthEnd.ANCHORED_CLIP if name == "naive_clip" else MonthEnd(name)


def _texts(days: object) -> list[str]:
    return [str(day) for day in days] if isinstance(days, (list, tuple)) else []


def check_boundaries(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the listed boundaries under the vector's month-end policy, or under every one it names."""
    given, expect = vector["input"], vector["expect"]
    since = date.fromisoformat(given["from"]) if "from" in given else None

    def listed(name: str) -> list[str]:
        anchor, interval = date.fromisoformat(given["anchor"]), _interval(given["interval"])
        return _texts(list(islice(boundaries(anchor, interval, _month_end(name), since=since), given["count"])))

    if "by_switch" in expect:
        return tuple(
            each
            for name, days in expect["by_switch"].items()
            for each in compare(f"by_switch.{name}", days, listed(name))
        )
    return compare("boundaries", expect["boundaries"], listed(vector["switches"].get("month_end", "anchored_clip")))


def _grid(vector: Mapping[str, Any]) -> Grid:
    given, switches = vector["input"], vector["switches"]
    return Grid(
        anchor=date.fromisoformat(given["anchor"]),
        interval=_interval(given["interval"]),
        alignment=Alignment(switches.get("alignment", "anniversary")),
        month_end=_month_end(switches.get("month_end", "anchored_clip")),
        billing_day=given.get("billing_day"),
    )


def _billed_period(vector: Mapping[str, Any], billing_on: date) -> Period:
    """Return what a run on that day bills: in arrears the period before the current one, unless it closes."""
    grid = _grid(vector)
    current = grid.index_at(billing_on)
    in_arrears = vector["switches"].get("timing") == "arrears" and not vector["input"].get("closing_run", False)
    return grid.whole(current - 1 if in_arrears else current)


def check_period_at(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the period that a billing run on a day bills, clipped to the start of the subscription."""
    given, expect = vector["input"], vector["expect"]
    period = _billed_period(vector, date.fromisoformat(given["billing_on"]))
    started_on = date.fromisoformat(given.get("started_on", given["anchor"]))
    return (
        *compare("start", expect["start"], str(max(period.start, started_on))),
        *compare("last_day", expect["last_day"], str(period.last_day)),
    )


def check_period_at_instant(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the billed period of an instant read on the customer's wall calendar, as instants."""
    given, expect = vector["input"], vector["expect"]
    zone_name = given["customer_zone"]
    billing_on = local_date(datetime.fromisoformat(given["billing_instant"]), zone_name)
    start, end = _billed_period(vector, billing_on).instants(zone_name)
    return (
        *compare("local_billing_on", expect["local_billing_on"], str(billing_on)),
        *compare("start_instant", expect["start_instant"], start.isoformat()),
        *compare("last_instant", expect["last_instant"], (end - timedelta(seconds=1)).isoformat()),
    )


def check_period_length(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the days of the whole billed period."""
    period = _billed_period(vector, date.fromisoformat(vector["input"]["billing_on"]))
    return compare("period_days", vector["expect"]["period_days"], period.days)


def _period_end(reference: date, start: date, interval: Interval, month_end: MonthEnd, name: str) -> date:
    """Return the last day of the period that begins on ``start`` on the reference's grid."""
    if name == "naive_clip":
        return shift(start, interval) - timedelta(days=1)
    k = boundary_index(reference, interval, start, month_end)
    return boundary(reference, interval, k + 1, month_end) - timedelta(days=1)


def check_period_end(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the last day of a period that starts on a day of the reference date's grid."""
    given = vector["input"]
    name = vector["switches"].get("month_end", "anchored_clip")
    reference, start = date.fromisoformat(given["reference_date"]), date.fromisoformat(given["period_start"])
    got = _period_end(reference, start, _interval(given["interval"]), _month_end(name), name)
    return compare("last_day", vector["expect"]["last_day"], str(got))


def check_period_end_property(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Walk every start that the property names: chained short periods end where one long period ends."""
    given = vector["input"]
    first, last = (int(year) for year in given["years"].split(".."))
    interval, repeat = _interval(given["interval"]), given["repeat"]
    long = Interval(interval.unit, interval.count * repeat)
    month_end = _month_end(vector["switches"]["month_end"])
    mismatches: list[Mismatch] = []
    for index in range(first * 12, last * 12 + 12):
        for distance in given["start_day_distance_to_month_end"]:
            start = day_in_month(index, 31) - timedelta(days=distance)
            chained = start
            for _ in range(repeat):
                chained = _period_end(start, chained, interval, month_end, month_end.value) + timedelta(days=1)
                from_end = month_length(chained.year, chained.month) - chained.day
                if distance in _KEPT_DISTANCES:
                    mismatches.extend(compare(f"{start}.distance", distance, from_end))
            mismatches.extend(compare(f"{start}.end", str(boundary(start, long, 1, month_end)), str(chained)))
    return tuple(mismatches)


def _moved(day: date, delta: Mapping[str, int], times: int = 1) -> date:
    months = (12 * delta.get("years", 0) + delta.get("months", 0)) * times
    days = (7 * delta.get("weeks", 0) + delta.get("days", 0)) * times
    return shift(day, _ONE_MONTH, months) + timedelta(days=days)


def check_date_arith(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare a date moved by years and months, clipped, then by days."""
    given = vector["input"]
    got = _moved(date.fromisoformat(given["date"]), given["delta"])
    return compare("result", vector["expect"]["result"], str(got))


def check_date_arith_chain(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the same step taken from the date before and taken from the first date."""
    given, expect = vector["input"], vector["expect"]
    start = date.fromisoformat(given["date"])
    chained = [start]
    for _ in range(given["times"]):
        chained.append(_moved(chained[-1], given["delta"]))
    multiplied = [_moved(start, given["delta"], times) for times in range(1, given["times"] + 1)]
    return (
        *compare("chained", expect["chained"], _texts(chained[1:])),
        *compare("multiplied", expect["multiplied"], _texts(multiplied)),
    )


def check_local_date(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the civil date of an instant in the customer's zone."""
    given = vector["input"]
    got = local_date(datetime.fromisoformat(given["instant"]), given["customer_zone"])
    return compare("local_date", vector["expect"]["local_date"], str(got))


def check_local_billing_day(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the day of the month of an instant in the customer's zone."""
    given = vector["input"]
    got = local_date(datetime.fromisoformat(given["instant"]), given["customer_zone"]).day
    return compare("billing_day", vector["expect"]["billing_day"], got)


def check_day_count(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the days between two dates under each convention that the vector names."""
    start, end = (date.fromisoformat(vector["input"][name]) for name in ("start", "end_exclusive"))
    got = {
        "actual": day_count(start, end),
        "thirty_e_360": day_count(start, end, DayCount.THIRTY_E_360),
        "thirty_360_us": day_count(start, end, DayCount.THIRTY_360_US),
    }
    return tuple(each for name, days in vector["expect"].items() for each in compare(name, days, got.get(name)))


def check_fixed_month_days(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the days between two dates with every crossed month of the same length."""
    given = vector["input"]
    start, end = (date.fromisoformat(given[name]) for name in ("start", "end_exclusive"))
    return compare("days", vector["expect"]["days"], fixed_month_days(start, end, given["fixed_days"]))


def _month_day_occurrences(start: date, days: list[int], position: int | None, wanted: int) -> list[str]:
    """Return the dates on given days of the month (negative from its end), or the one at ``position`` among them."""
    found: list[str] = []
    index = month_index(start)
    while len(found) < wanted:
        last = day_in_month(index, 31)
        numbers = sorted({day if day > 0 else last.day + 1 + day for day in days})
        dates = [last.replace(day=number) for number in numbers if 1 <= number <= last.day]
        if position is not None:
            dates = [dates[position if position < 0 else position - 1]]
        found.extend(str(day) for day in dates if day >= start)
        index += 1
    return found[:wanted]


def check_rrule(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the occurrences of a recurrence rule: short months are skipped unless days of the month are listed."""
    given = vector["input"]
    start = date.fromisoformat(given["dtstart"])
    interval = Interval(_FREQUENCIES[given["freq"]], given.get("interval") or 1)
    days = given.get("bymonthday")
    if days is None:
        got = _texts(list(islice(boundaries(start, interval, MonthEnd.SKIP), given["count"])))
    else:
        position = given.get("bysetpos")
        listed = days if isinstance(days, list) else [days]
        first = position[0] if isinstance(position, list) else position
        got = _month_day_occurrences(start, listed, first, given["count"])
    return compare("occurrences", vector["expect"]["occurrences"], got)


KINDS: Final[Mapping[str, VectorCheck]] = {
    "boundaries": check_boundaries,
    "date_arith": check_date_arith,
    "date_arith_chain": check_date_arith_chain,
    "day_count": check_day_count,
    "fixed_month_days": check_fixed_month_days,
    "local_billing_day": check_local_billing_day,
    "local_date": check_local_date,
    "period_at": check_period_at,
    "period_at_instant": check_period_at_instant,
    "period_end": check_period_end,
    "period_end_property": check_period_end_property,
    "period_length": check_period_length,
    "rrule": check_rrule,
}
