"""The kinds of contract vectors that the contracts room answers; those of billing and proration are checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice, takewhile
from typing import Any, Final

from attrs import evolve

from servicecore.contracts.billing_schedule import BillingPeriod, PricedPeriod, billing_periods, priced_periods
from servicecore.contracts.fee_line import ArrearsInvoiceDay, FeeLine, Timing
from servicecore.contracts.phase import phase
from servicecore.contracts.proration import (
    LeadingWhole,
    Proration,
    ProrationBasis,
    base_units,
    months_and_parts,
    share,
    times_fraction,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.periods import Alignment, Grid, Period
from servicecore.kernel.recurrence import (
    Interval,
    IntervalUnit,
    MonthEnd,
    day_in_month,
    month_index,
    month_length,
    shift,
)
from servicecore.kernel.rounding import Rounding, round_decimal
from servicecore.testing.vectors.contract_terms import TERM_KINDS
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_ONE_DAY: Final = timedelta(days=1)
_CURRENCY: Final = "EUR"
_KEPT_DISTANCE: Final = 2
_NINE_PLACES: Final = Decimal("1e-9")


def _interval(value: Mapping[str, Any]) -> Interval:
    return Interval(IntervalUnit(value["unit"]), value["count"])


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _optional_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _money(text: str) -> Money:
    return Money(Decimal(text), _CURRENCY)


def _decimal(fraction: Fraction, step: Decimal) -> Decimal:
    return round_decimal(times_fraction(_money("1"), fraction).amount, step)


def _differences(expect: Mapping[str, Any], got: Mapping[str, object]) -> tuple[Mismatch, ...]:
    """Return where ``got`` misses a field of ``expect`` or has another value; ``error`` stands for a refusal."""
    return tuple(each for name, value in expect.items() for each in compare(name, value, got.get(name)))


def _line(vector: Mapping[str, Any], alignment: str | None = None) -> FeeLine:
    """Return a fee line of one period's price 1 with the vector's interval and switches."""
    given, switches = vector["input"], vector["switches"]
    aligned = Alignment(alignment or switches.get("alignment", "anniversary"))
    interval = _interval(given["interval"])
    by_month = aligned is Alignment.MONTH_END_BOUNDARY
    return FeeLine(
        id="fee",
        description="fee",
        price=_money("1"),
        base_interval=interval,
        interval=interval,
        timing=Timing(switches.get("timing", "advance")),
        alignment=aligned,
        billing_day=given.get("billing_day") if aligned is Alignment.BILLING_DAY else None,
        month_end=MonthEnd(switches.get("month_end", "anchored_clip")),
        arrears_invoice_day=ArrearsInvoiceDay.LAST_DAY if by_month else ArrearsInvoiceDay.NEXT_DAY,
        invoice_offset_days=given.get("invoice_offset_days", 0),
    )


def _after(last_day: str | None) -> date | None:
    return None if last_day is None else _day(last_day) + _ONE_DAY


def _shown(period: BillingPeriod) -> dict[str, str]:
    return {
        "start": str(period.start),
        "last_day": str(period.last_day),
        "invoice_on": str(period.invoice_on),
    }


def _billed_cycles(vector: Mapping[str, Any], as_of: date) -> list[PricedPeriod]:
    given = vector["input"]
    start, end = _day(given["start"]), _optional_day(given["end_exclusive"])
    if as_of < start:
        Period(start, as_of)
    if end is not None and end != start:
        Period(start, end)
    line = evolve(_line(vector, "billing_day"), proration=Proration(leading_whole=LeadingWhole.ONE_INTERVAL))
    priced = priced_periods(line, billing_periods(line, start, end), start, ())
    return list(takewhile(lambda each: each.period.invoice_on <= as_of, priced))


def check_billed_cycles(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the shares that are billed up to a day: each rounded to nine places, and their sum."""
    try:
        billed = _billed_cycles(vector, _day(vector["input"]["as_of"]))
    except InvalidValue:
        return _differences(vector["expect"], {"error": "invalid_date_sequence"})
    items = [
        {
            "start": str(each.period.start),
            "end_exclusive": str(each.period.end),
            "cycles": f"{each.share.numerator}/{each.share.denominator}",
        }
        for each in billed
    ]
    cycles = sum((_decimal(each.share, _NINE_PLACES) for each in billed), _NINE_PLACES * 0)
    return _differences(vector["expect"], {"cycles": f"{cycles:f}", "items": items})


def check_billed_cycles_probes(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare how many whole cycles are billed on each of many days."""
    return tuple(
        each
        for probe in vector["expect"]["probes"]
        for each in compare(
            f"probes.{probe['as_of']}",
            Fraction(probe["cycles"]),
            sum((priced.share for priced in _billed_cycles(vector, _day(probe["as_of"]))), Fraction(0)),
        )
    )


def check_first_bill_date(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the first boundary on or after the start."""
    start = _day(vector["input"]["start"])
    first = _line(vector).grid(start).first_boundary(start)
    return _differences(vector["expect"], {"first_bill_date": str(first)})


def check_interval_state(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare how far a subscription with a billing day is billed on a day, and when it goes on."""
    given = vector["input"]
    start, end, as_of = _day(given["start"]), _optional_day(given["end_exclusive"]), _day(given["as_of"])
    line = _line(vector, "billing_day")
    grid = line.grid(start)
    first, reached = grid.first_boundary(start), grid.index_at(as_of)
    through = grid.boundary(reached if line.timing is Timing.ARREARS else reached + 1)
    covered = max(start, through if end is None else min(end, through))
    finished = end is not None and through >= end
    return _differences(
        vector["expect"],
        {
            "first_bill_date": str(first),
            "whole_periods": reached - grid.index_at(first) + 1,
            "billable_through_exclusive": str(covered),
            "anything_to_bill": covered > start,
            "next_bill_date": str(grid.boundary(reached if finished else reached + 1)),
        },
    )


def check_align_billing_day(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the billing day of a month, and the first boundary on or after a day."""
    given, day = vector["input"], _day(vector["input"]["date"])
    interval, billing_day = _interval(given["interval"]), given["billing_day"]
    anchor = _day(given.get("previous_boundary", given["date"]))
    grid = Grid(anchor, interval, Alignment.BILLING_DAY, billing_day=billing_day)
    same_month = str(day_in_month(month_index(day), billing_day))
    return _differences(vector["expect"], {"same_month": same_month, "on_or_after": str(grid.first_boundary(day))})


def check_schedule(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare periods with their invoice days, as far as the vector names them."""
    given = vector["input"]
    periods = billing_periods(_line(vector), _day(given["start"]), _after(given["last_day"]))
    listed = [_shown(period) for period in islice(periods, given.get("count"))]
    expected = vector["expect"]["periods"]
    return (
        *compare("periods.count", len(expected), len(listed)),
        *(
            each
            for index, (wanted, got) in enumerate(zip(expected, listed, strict=False))
            for name, value in wanted.items()
            for each in compare(f"periods[{index}].{name}", value, got.get(name))
        ),
    )


def check_billing_run(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what each of several runs invoices, all that is missed or one period at a time."""
    given = vector["input"]
    start, end = _day(given["anchor"]), _after(given["contract_last_day"])

    def runs(most: int | None) -> list[dict[str, object]]:
        ledger: set[int] = set()
        rows: list[dict[str, object]] = []
        for run_on in given["runs"]:
            known = _due(billing_periods(_line(vector), start, end), _day(run_on))
            billed = list(islice((period for period in known if period.index not in ledger), most))
            ledger.update(period.index for period in billed)
            rows.append({"run_on": run_on, "invoices": [_shown(period) for period in billed]})
        return rows

    most = {"all_missed_in_order": None, "one_per_run": 1}
    expected = vector["expect"]["by_switch"]
    return _differences(expected, {name: runs(most[name]) for name in expected})


def _due(periods: Iterator[BillingPeriod], on: date) -> Iterator[BillingPeriod]:
    return takewhile(lambda period: period.invoice_on <= on, periods)


def check_next_invoice_date(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the invoice day of a period, counted in arrears from its last day."""
    given = vector["input"]
    line = _line(vector)
    period = next(billing_periods(line, _day(given["period_start"]), _after(given["contract_last_day"])))
    day = period.last_day if line.timing is Timing.ARREARS else period.start
    return _differences(vector["expect"], {"invoice_on": str(day + timedelta(days=given["invoice_offset_days"]))})


def _proration(name: str) -> Proration:
    if name.startswith("fixed_days_"):
        return Proration(ProrationBasis.FIXED_DAYS, int(name.removeprefix("fixed_days_")))
    return Proration(ProrationBasis(name))


def check_proration_factor(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the share of a stub at the begin or the end of a whole period, at nine places."""
    given = vector["input"]
    interval = _interval(given["interval"])
    start, end = _day(given["start"]), _day(given["end_exclusive"])
    leading = given["position"] == "leading"
    whole = Period(shift(end, interval, -1), end) if leading else Period(start, shift(start, interval))
    factor = share(Period(start, end), whole, interval, interval, _proration(vector["switches"]["proration"]))
    return _differences(vector["expect"], {"factor": f"{_decimal(factor, _NINE_PLACES):f}"})


def check_proration_amount(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the amount of some days of a period, before and after its one rounding."""
    given, expect = vector["input"], vector["expect"]
    if "anchor" in given:
        started_on, terminated_on = _day(given["started_on"]), _day(given["terminated_on"])
        whole = (
            Grid(_day(given["anchor"]), _interval(given["interval"]), Alignment(vector["switches"]["alignment"]))
            .period_at(started_on)
            .whole
        )
        period_days, days = whole.days, Period(started_on, terminated_on + _ONE_DAY).days
    else:
        served = Period(_day(given["start"]), _after(given["last_day"]) or date.max).days
        period_days, days = given["period_days"], served - given.get("trial_days", 0)
    exact = times_fraction(Money.from_minor(given["period_price_minor"], _CURRENCY), Fraction(days, period_days))
    got = {"period_days": period_days, "billed_days": days, "amount_minor": exact.round().to_minor()}
    named = {name: value for name, value in expect.items() if name != "unrounded"}
    if "unrounded" not in expect:
        return _differences(named, got)
    wanted, unrounded = (
        round_decimal(each, _NINE_PLACES) for each in (Decimal(expect["unrounded"]), exact.amount * 100)
    )
    return (*_differences(named, got), *compare("unrounded", wanted, unrounded))


def check_cancel_charge(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what a period costs that is cancelled inside, with its last day billed or free."""
    given = vector["input"]
    start, cancelled_on = _day(given["period"]["start"]), _day(given["cancelled_on"])
    whole = Period(start, _day(given["period"]["last_day"]) + _ONE_DAY)

    def charged(last_day_billed: bool) -> dict[str, object]:
        days = (cancelled_on - start).days + int(last_day_billed)
        amount = times_fraction(_money(given["price"]), Fraction(days, whole.days)).round()
        return {"days": days, "amount": f"{amount.amount:.2f}"}

    got = {"termination_day_billed": charged(True), "termination_day_free": charged(False)}
    return _differences(vector["expect"]["by_switch"], got)


def check_early_end(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what an end before the agreed last day makes of the last period; before the start it cancels."""
    given = vector["input"]
    start, end_on = _day(given["start"]), _day(given["end_on"])
    if end_on < start:
        state = phase(end_on, start, end_on, end_on, renewal_expected=False, cancelled=True)
        return _differences(vector["expect"], {"state": state.value, "last_day": given["last_day"]})
    *_, last = billing_periods(_line(vector), start, min(end_on, _day(given["last_day"])) + _ONE_DAY)
    return _differences(vector["expect"], _shown(last))


def check_period_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price of a span: by whole base periods and days, or by twelfths and parts of months."""
    given, expect = vector["input"], vector["expect"]
    start, end = _day(given["billed_from"]), _day(given["billed_through"]) + _ONE_DAY
    if "annual_amount" in given:
        parts = months_and_parts(start, end)
        amount = times_fraction(_money(given["annual_amount"]), parts / 12).round().amount
        shown = f"{parts.numerator}/{parts.denominator}"
        return _differences(expect, {"months_and_parts": shown, "amount": f"{amount:.2f}"})
    base, name = _interval(given["base_period"]), vector["switches"]["month_end"]
    contract_start = _day(given["contract_start"])
    distance = month_length(contract_start.year, contract_start.month) - contract_start.day
    plain = name == "naive_clip" or distance > _KEPT_DISTANCE
    month_end = MonthEnd.ANCHORED_CLIP if plain else MonthEnd(name)
    scale = expect["unit_price_scale"]
    exact = times_fraction(_money(given["price_per_base_period"]), base_units(start, end, base, month_end))
    unit_price = exact.round(Rounding(digits=scale)).amount
    return _differences(expect, {"unit_price": f"{unit_price:.{scale}f}", "unit_price_scale": scale})


KINDS: Final[Mapping[str, VectorCheck]] = {
    **TERM_KINDS,
    "align_billing_day": check_align_billing_day,
    "billed_cycles": check_billed_cycles,
    "billed_cycles_probes": check_billed_cycles_probes,
    "billing_run": check_billing_run,
    "cancel_charge": check_cancel_charge,
    "early_end": check_early_end,
    "first_bill_date": check_first_bill_date,
    "interval_state": check_interval_state,
    "next_invoice_date": check_next_invoice_date,
    "period_price": check_period_price,
    "proration_amount": check_proration_amount,
    "proration_factor": check_proration_factor,
    "schedule": check_schedule,
}
"""By kind: the check of one vector."""
