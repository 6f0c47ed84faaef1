"""What a correct tax quote is: every line answered, one currency, right signs, and parts that make the total."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Final

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.plugins.checks import MAX_TEXT, Violation, is_money
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding

_HALF: Final = Decimal("0.5")
_TOLD: Final = 3


def check_tax_quote(
    request: TaxRequest, quote: object, *, engine: str | None = None, digits: int | None = None
) -> tuple[Violation, ...]:
    """Return how ``quote`` breaks the contract as an answer to ``request``; nothing where it is sound.

    A line's base is the amount asked or, where prices include tax, what is left of it after all its taxes.
    ``engine`` is the name the quote has to carry; ``digits`` the decimals of tax amounts, None for the currency's.
    """
    if type(quote) is TaxFailure:
        return _check_failure(quote, engine)
    shape = _check_shape(quote)
    if shape or type(quote) is not TaxQuote:
        return shape
    if engine is not None and quote.engine != engine:
        return (Violation("engine", f"signed by {quote.engine[:50]!r}; accepted: {engine!r}"),)
    foreign = {line.amount.currency for line in quote.lines} | {line.base.currency for line in quote.lines}
    foreign = (foreign | {quote.total.currency}) - {request.currency}
    if foreign:
        return (Violation("currency", f"answered in {', '.join(sorted(foreign))}, asked in {request.currency}"),)
    step = Decimal(1).scaleb(-(currency_digits(request.currency) if digits is None else digits))
    found = _check_keys(request, quote)
    if found:
        return found
    asked = {line.key: line for line in request.lines}
    answered: dict[str, list[TaxLine]] = {key: [] for key in asked}
    for line in quote.lines:
        answered[line.key].append(line)
    for line in quote.lines:
        off = len(answered[line.key]) if request.prices_include_tax else 0
        base_slack = EXACT.multiply(step, off)
        found += _check_line(asked[line.key], line, step, base_slack)
    for each in request.lines:
        found += _check_base(each, tuple(answered[each.key]), request)
    return found + _check_total(quote, step)


def _check_failure(failure: TaxFailure, engine: str | None) -> tuple[Violation, ...]:
    texts = (failure.engine, failure.code, failure.reason)
    if any(type(text) is not str or not text or len(text) > MAX_TEXT for text in texts):
        return (Violation("failure", "engine, code and reason have to be texts that are not empty"),)
    if failure.problem is not None and type(failure.problem) is not Problem:
        return (Violation("wrong_type", f"problem is of class {type(failure.problem).__name__[:80]}"),)
    if engine is not None and failure.engine != engine:
        return (Violation("engine", f"signed by {failure.engine[:50]!r}; accepted: {engine!r}"),)
    return ()


def _check_shape(quote: object) -> tuple[Violation, ...]:
    if type(quote) is not TaxQuote:
        return (Violation("wrong_type", f"of class {type(quote).__name__[:80]}; accepted: TaxQuote or TaxFailure"),)
    fields: list[tuple[str, object, type]] = [
        ("engine", quote.engine, str),
        ("lines", quote.lines, tuple),
        ("rounding", quote.rounding, TaxRounding),
        ("provisional", quote.provisional, bool),
        ("total", quote.total, Money),
    ]
    if type(quote.lines) is tuple:
        for number, line in enumerate(quote.lines):
            fields += _fields_of_line(f"lines[{number}]", line)
    return tuple(_wrong_class(*field) for field in fields if not _is(*field[1:]))[:_TOLD]


def _fields_of_line(where: str, line: object) -> tuple[tuple[str, object, type], ...]:
    if type(line) is not TaxLine:
        return ((where, line, TaxLine),)
    return (
        (f"{where}.key", line.key, str),
        (f"{where}.jurisdiction", line.jurisdiction, str),
        (f"{where}.category", line.category, str),
        (f"{where}.exemption", line.exemption, str),
        (f"{where}.rate", line.rate, Decimal),
        (f"{where}.base", line.base, Money),
        (f"{where}.amount", line.amount, Money),
    )


def _is(value: object, wanted: type) -> bool:
    if wanted is Money:
        return is_money(value)
    return type(value) is wanted and not (isinstance(value, Decimal) and not value.is_finite())


def _wrong_class(where: str, value: object, wanted: type) -> Violation:
    found = (
        "not finite, or of parts of another class" if type(value) is wanted else f"of class {type(value).__name__[:80]}"
    )
    return Violation("wrong_type", f"{where} is {found}; accepted: {wanted.__name__}")


def _check_keys(request: TaxRequest, quote: TaxQuote) -> tuple[Violation, ...]:
    asked = {line.key for line in request.lines}
    answered = {line.key for line in quote.lines}
    missing, extra = asked - answered, answered - asked
    found: tuple[Violation, ...] = ()
    if missing:
        found += (Violation("missing_line", ", ".join(sorted(missing))),)
    if extra:
        found += (Violation("unknown_line", ", ".join(sorted(key[:50] for key in extra))),)
    counted = Counter((line.key, line.jurisdiction) for line in quote.lines)
    twice = sorted(f"{key[:50]} in {place[:50]}" for (key, place), times in counted.items() if times > 1)
    if twice:
        found += (Violation("answered_twice", ", ".join(twice[:_TOLD])),)
    return found


def _check_line(asked: TaxableLine, line: TaxLine, step: Decimal, base_slack: Decimal) -> tuple[Violation, ...]:
    where = f"{line.key} in {line.jurisdiction[:50] or 'no jurisdiction'}"
    if not line.jurisdiction:
        return (Violation("jurisdiction", f"{line.key} names none"),)
    if line.category != asked.category:
        return (Violation("category", f"{where}: {line.category[:50]!r}; accepted: {asked.category!r}"),)
    if line.rate < 0:
        return (Violation("negative", f"{where}: rate {line.rate}"),)
    if line.amount and line.amount.amount.is_signed() != asked.amount.amount.is_signed():
        return (Violation("negative", f"{where}: {line.amount} on {asked.amount}"),)
    if (line.exemption or not line.rate) and line.amount:
        return (Violation("exempt_taxed", f"{where}: {line.amount}"),)
    if not line.exemption and _off(line).copy_abs() > _slack(line, step, base_slack):
        return (Violation("rate", f"{where}: {line.amount} is not {line.rate} of {line.base}"),)
    return ()


def _off(line: TaxLine) -> Decimal:
    return EXACT.subtract(line.amount.amount, EXACT.multiply(line.base.amount, line.rate))


def _slack(line: TaxLine, step: Decimal, base_slack: Decimal) -> Decimal:
    """Return how far an amount may be off: one step, half a unit of the rate's last decimal, and the base's slack."""
    exponent = line.rate.as_tuple().exponent
    precision = _HALF.scaleb(exponent if isinstance(exponent, int) else 0)
    by_rate = EXACT.multiply(line.base.amount.copy_abs(), precision)
    return EXACT.add(EXACT.add(step, by_rate), EXACT.multiply(base_slack, line.rate))


def _check_base(asked: TaxableLine, lines: tuple[TaxLine, ...], request: TaxRequest) -> tuple[Violation, ...]:
    tax = sum_money((line.amount for line in lines), request.currency)
    expected = asked.amount - tax if request.prices_include_tax else asked.amount
    return tuple(
        Violation("base", f"{asked.key}: {line.base}; accepted: {expected}") for line in lines if line.base != expected
    )


def _check_total(quote: TaxQuote, step: Decimal) -> tuple[Violation, ...]:
    currency = quote.total.currency
    parts = sum_money((line.amount for line in quote.lines), currency)
    amounts = [quote.total]
    if quote.rounding is TaxRounding.PER_LINE:
        amounts += [line.amount for line in quote.lines]
    found = tuple(
        Violation("scale", f"{money}; accepted: a multiple of {step}") for money in amounts if _odd(money, step)
    )
    allowed = Decimal(0) if quote.rounding is TaxRounding.PER_LINE else step
    if abs(parts - quote.total).amount > allowed:
        found += (Violation("total", f"the parts make {parts}, the total says {quote.total}"),)
    return found


def _odd(money: Money, step: Decimal) -> bool:
    exponent = step.as_tuple().exponent
    return money != money.round(Rounding(digits=-exponent if isinstance(exponent, int) else 0))
