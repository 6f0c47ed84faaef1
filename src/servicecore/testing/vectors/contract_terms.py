"""The kinds of contract vectors about terms, notice, renewal and its prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from attrs import evolve

from servicecore.contracts.contract import ContractStatus
from servicecore.contracts.operations.create_contract import ContractCreated, CreateContract
from servicecore.contracts.phase import phase
from servicecore.contracts.proration import times_fraction
from servicecore.contracts.renewal import Uplift, indexed_percent, monthly_value, renewal_total, uplifted
from servicecore.contracts.term import NoticeArithmetic, notice_deadline, term_span
from servicecore.kernel.money import Money
from servicecore.kernel.recurrence import Interval, IntervalUnit, MonthEnd, boundary, boundary_index, shift
from servicecore.kernel.rounding import Rounding, round_decimal
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_ONE_DAY: Final = timedelta(days=1)
_SIX_PLACES: Final = Decimal("1e-6")


def _interval(value: Mapping[str, Any]) -> Interval:
    return Interval(IntervalUnit(value["unit"]), value["count"])


def _months(count: int) -> Interval | None:
    return Interval(IntervalUnit.MONTH, count) if count else None


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _money(text: str) -> Money:
    return Money(Decimal(text), "EUR")


def _differences(expect: Mapping[str, Any], got: Mapping[str, object]) -> tuple[Mismatch, ...]:
    return tuple(each for name, value in expect.items() for each in compare(name, value, got.get(name)))


def _terms(vector: Mapping[str, Any]) -> tuple[Interval | None, Interval | None, Interval | None]:
    given = vector["input"]
    return (
        _months(given["initial_term_months"]),
        _months(given["extension_term_months"]),
        _months(given["notice_months"]),
    )


def _deadline(vector: Mapping[str, Any], last_day: date, notice: Interval) -> date:
    return notice_deadline(last_day, notice, NoticeArithmetic(vector["switches"]["notice_month_end"]))


def check_term_dates(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare end and notice of a first term; without an initial term the notice period is the first one."""
    start = _day(vector["input"]["start"])
    initial, extension, notice = _terms(vector)
    first = initial or (notice if extension else None)
    last_day = None if first is None else term_span(start, first, extension or first, 1).last_day
    cancel_until = None
    if last_day is not None and extension is not None and notice is not None:
        cancel_until = _deadline(vector, last_day, notice)
    return _differences(
        vector["expect"],
        {
            "fixed_end": str(last_day) if last_day and extension is None else None,
            "term_until": str(last_day) if last_day else None,
            "cancel_until": str(cancel_until) if cancel_until else None,
            "auto_renews": extension is not None,
        },
    )


def check_term_rollforward(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the term that stands on a day after all extensions whose last day for notice has passed."""
    start, as_of = _day(vector["input"]["start"]), _day(vector["input"]["as_of"])
    initial, extension, notice = _terms(vector)
    first = initial or notice
    if first is None or extension is None or notice is None:
        return (Mismatch("input", "terms and notice", "a term of no months"),)
    number = 1
    while _deadline(vector, term_span(start, first, extension, number).last_day, notice) < as_of:
        number += 1
    last_day = term_span(start, first, extension, number).last_day
    return _differences(
        vector["expect"],
        {
            "extensions_applied": number - 1,
            "term_until": str(last_day),
            "cancel_until": str(_deadline(vector, last_day, notice)),
        },
    )


def check_notice_deadline(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the last day for notice under each arithmetic."""
    given, expect = vector["input"], vector["expect"]
    last_day, notice = _day(given["term_until"]), _interval(given["notice"])
    if "by_switch" not in expect:
        return _differences(expect, {"cancel_until": str(_deadline(vector, last_day, notice))})
    by_switch = expect["by_switch"]
    got = {name: str(notice_deadline(last_day, notice, NoticeArithmetic(name))) for name in by_switch}
    return _differences(by_switch, got)


def check_renewal(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare a term, its last day for notice, and the next term under both month-end policies."""
    given, expect = vector["input"], vector["expect"]
    start, term, notice = _day(given["term_start"]), _interval(given["term"]), _interval(given["notice"])
    last_day = term_span(start, term, term, 1).last_day

    def following(month_end: MonthEnd) -> dict[str, str]:
        first, end = (boundary(start, term, k, month_end) for k in (1, 2))
        return {"start": str(first), "last_day": str(end - _ONE_DAY)}

    anchored = term_span(start, term, term, 2)
    got = {
        "sticky": following(MonthEnd.STICKY),
        "anchored_clip": {"start": str(anchored.start), "last_day": str(anchored.last_day)},
    }
    return _differences(
        expect,
        {
            "term_last_day": str(last_day),
            "notice_deadline": str(notice_deadline(last_day, notice, NoticeArithmetic.LITERAL)),
            "by_switch": {name: got[name] for name in expect.get("by_switch", ())},
        },
    )


def check_renewal_last_days(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the last days of several renewals, counted from the anchor and, as others do, from the last day."""
    given, expect = vector["input"], vector["expect"]
    start, last_day = _day(given["start"]), _day(given["last_day"])
    extension = Interval(IntervalUnit.MONTH, given["renewal_term_months"])
    one_month = Interval(IntervalUnit.MONTH)
    initial = Interval(IntervalUnit.MONTH, boundary_index(start, one_month, last_day + _ONE_DAY))
    chained, anchored, day = [], [], last_day
    for number in range(2, given["renewals"] + 2):
        day = shift(day, extension)
        chained.append(day)
        anchored.append(term_span(start, initial, extension, number).last_day)
    return _differences(
        expect,
        {
            "by_switch": {
                "shift_last_day": [str(each) for each in chained],
                "shift_anchor_then_minus_one_day": [str(each) for each in anchored],
            },
            "gap_days_final": (anchored[-1] - chained[-1]).days,
        },
    )


def check_renewal_due(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare whether a term renews on a day: from the last day for notice on, unless somebody has to do it."""
    given = vector["input"]
    deadline = notice_deadline(_day(given["term_last_day"]), _interval(given["notice"]))
    return _differences(vector["expect"], {"renew_now": given["auto_renew"] and deadline <= _day(given["as_of"])})


def check_renewal_reminder(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the last day of a term and the day of the reminder before it."""
    given = vector["input"]
    duration = Interval(IntervalUnit.MONTH, given["duration_months"])
    last_day = term_span(_day(given["start"]), duration, duration, 1).last_day
    remind_on = shift(last_day, _interval(given["reminder"]), -1) if given["renewal"] else None
    got = {"last_day": str(last_day), "remind_on": str(remind_on) if remind_on else None}
    return _differences(vector["expect"], got)


def check_renewal_term_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price of a whole renewal term."""
    given = vector["input"]
    base, term = (Interval(IntervalUnit.MONTH, given[name]) for name in ("base_months", "renewal_term_months"))
    total = renewal_total(_money(given["price_per_base"]), base, term)
    return _differences(vector["expect"], {"renewal_total": f"{total.amount:.2f}"})


def check_price_uplift(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare a price after a change in percent."""
    given = vector["input"]
    uplift = Uplift(Decimal(given["percent"]), rounding=Rounding(digits=given["scale"]))
    price = uplifted(_money(given["current_price"]), uplift).figure
    return _differences(vector["expect"], {"new_price": f"{price.amount:.{given['scale']}f}"})


def check_price_uplift_series(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare prices over several renewals, each from the last rounded one, and the unrounded chain's end."""
    given = vector["input"]
    scale, percent = given["scale"], Decimal(given["percent"])
    price = _money(given["start_price"])
    exact, prices = price, []
    for _ in range(given["renewals"]):
        price = uplifted(price, Uplift(percent, rounding=Rounding(digits=scale))).figure
        exact = times_fraction(exact, 1 + Fraction(percent) / 100)
        prices.append(f"{price.amount:.{scale}f}")
    unrounded = exact.round(Rounding(digits=scale)).amount
    return _differences(vector["expect"], {"prices": prices, "unrounded_final": f"{unrounded:.{scale}f}"})


def check_indexed_renewal_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the change by an index, held between floor and cap, and the price after it."""
    given = vector["input"]
    floor, cap = (None if given[name] is None else Decimal(given[name]) for name in ("floor_percent", "cap_percent"))
    change = indexed_percent(Decimal(given["index_base"]), Decimal(given["index_now"]), Decimal(given["share_percent"]))
    uplift = Uplift(change, floor=floor, cap=cap)
    price = uplifted(_money(given["price"]), uplift).figure
    return _differences(
        vector["expect"],
        {
            "change_percent": f"{round_decimal(uplift.applied(change), _SIX_PLACES):f}",
            "new_price": f"{price.amount:.2f}",
        },
    )


def check_line_state(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the phase of what runs between two days."""
    given = vector["input"]
    last_day = date.max if given["last_day"] is None else _day(given["last_day"])
    deadline = last_day if last_day == date.max else notice_deadline(last_day, _interval(given["notice"]))
    state = phase(
        _day(given["as_of"]),
        _day(given["start"]),
        last_day,
        deadline,
        renewal_expected=given["auto_renew"] or given["manual_renewal_expected"],
        cancelled=given["cancelled"],
    )
    return _differences(vector["expect"], {"state": state.value})


def check_monthly_value(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what a recurring amount is worth a month."""
    given = vector["input"]
    value = monthly_value(_money(given["amount"]), _interval(given["interval"]))
    return _differences(vector["expect"], {"monthly_value": f"{value.amount:.2f}"})


def check_entitled(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare whether a contract of a status gives a right to service on a day inside or outside its term."""
    given, first = vector["input"], date(2024, 1, 1)
    agreed = CreateContract("customer", "EUR", "UTC", first, Interval(IntervalUnit.YEAR), ())
    draft = ContractCreated("contract", agreed, datetime(2024, 1, 1, tzinfo=UTC)).create()
    contract = evolve(draft, status=ContractStatus(given["status"]))
    on = first if given["within_dates"] else draft.end
    return _differences(vector["expect"], {"entitled": contract.entitles(on)})


TERM_KINDS: Final[Mapping[str, VectorCheck]] = {
    "entitled": check_entitled,
    "indexed_renewal_price": check_indexed_renewal_price,
    "line_state": check_line_state,
    "monthly_value": check_monthly_value,
    "notice_deadline": check_notice_deadline,
    "price_uplift": check_price_uplift,
    "price_uplift_series": check_price_uplift_series,
    "renewal": check_renewal,
    "renewal_due": check_renewal_due,
    "renewal_last_days": check_renewal_last_days,
    "renewal_reminder": check_renewal_reminder,
    "renewal_term_price": check_renewal_term_price,
    "term_dates": check_term_dates,
    "term_rollforward": check_term_rollforward,
}
"""By kind: the check of one vector."""
