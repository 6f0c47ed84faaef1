"""Check a tax engine's answer before it is believed: its currency, its keys and its sum."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Final

from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.taxes import TaxQuote, TaxRequest, TaxRounding

UNASKED_KEY: Final = ProblemKind(
    "pricing.tax_unasked_key",
    en="the tax engine {engine} answered for {value}, which nobody asked; accepted: {accepted}",
    it="il motore fiscale {engine} ha risposto per {value}, non richiesto; valori ammessi: {accepted}",
    de="die Steuermaschine {engine} antwortet auf {value}, was niemand fragte; zulässig: {accepted}",
)
MISSING_KEY: Final = ProblemKind(
    "pricing.tax_missing_key",
    en="the tax engine {engine} did not answer for {value}; accepted: {accepted}",
    it="il motore fiscale {engine} non ha risposto per {value}; valori ammessi: {accepted}",
    de="die Steuermaschine {engine} antwortet nicht auf {value}; zulässig: {accepted}",
)
ANSWERED_TWICE: Final = ProblemKind(
    "pricing.tax_answered_twice",
    en="the tax engine {engine} answered more than once for {value} in {jurisdiction}; accepted: {accepted}",
    it="il motore fiscale {engine} ha risposto più volte per {value} in {jurisdiction}; valori ammessi: {accepted}",
    de="die Steuermaschine {engine} antwortet mehrmals auf {value} in {jurisdiction}; zulässig: {accepted}",
)
WRONG_SUM: Final = ProblemKind(
    "pricing.tax_wrong_sum",
    en="the tax engine {engine} says {value} in all; accepted: {accepted}, the sum of its lines",
    it="il motore fiscale {engine} indica {value} in tutto; valori ammessi: {accepted}, la somma delle sue righe",
    de="die Steuermaschine {engine} nennt {value} insgesamt; zulässig: {accepted}, die Summe ihrer Zeilen",
)


def check_tax_quote(request: TaxRequest, answer: TaxQuote) -> tuple[Problem, ...]:
    """Return what is wrong with the engine's answer; empty where it can be believed.

    ``money.currency_mismatch``, ``pricing.tax_unasked_key``, ``pricing.tax_missing_key``,
    ``pricing.tax_answered_twice`` for a line that has two answers of one jurisdiction, and for an engine that rounds
    line by line ``pricing.tax_wrong_sum``.
    """
    currency = request.currency
    add, total = EXACT.add, Decimal(0)
    for line in answer.lines:
        amount = line.amount
        if amount.currency != currency or line.base.currency != currency:
            return _other_currencies(currency, answer)
        total = add(total, amount.amount)
    if answer.total.currency != currency:
        return _other_currencies(currency, answer)
    problems = _wrong_keys(request, answer)
    if answer.rounding is TaxRounding.PER_LINE and total != answer.total.amount:
        accepted = Money(total, currency)
        problems.append(WRONG_SUM.at("tax_quote.total", engine=answer.engine, value=answer.total, accepted=accepted))
    return tuple(problems)


def _other_currencies(currency: str, answer: TaxQuote) -> tuple[Problem, ...]:
    given = {line.amount.currency for line in answer.lines}
    given.update([line.base.currency for line in answer.lines])
    given.add(answer.total.currency)
    value = ", ".join(sorted(given - {currency}))
    return (CURRENCY_MISMATCH.at("tax_quote", value=value, other=currency),)


def _wrong_keys(request: TaxRequest, answer: TaxQuote) -> list[Problem]:
    asked_in_order = [line.key for line in request.lines]
    given_in_order = [line.key for line in answer.lines]
    if asked_in_order == given_in_order:
        return []
    asked, given = set(asked_in_order), set(given_in_order)
    problems = [
        UNASKED_KEY.at("tax_quote.lines", engine=answer.engine, value=key, accepted=", ".join(sorted(asked)) or "none")
        for key in sorted(given - asked)
    ]
    problems.extend(
        MISSING_KEY.at("tax_quote.lines", engine=answer.engine, value=key, accepted="an answer for every key")
        for key in sorted(asked - given)
    )
    if len(given) < len(given_in_order):
        counted = Counter((line.key, line.jurisdiction) for line in answer.lines)
        accepted = "one answer for each line and jurisdiction"
        problems.extend(
            ANSWERED_TWICE.at(
                "tax_quote.lines", engine=answer.engine, value=key, jurisdiction=jurisdiction, accepted=accepted
            )
            for (key, jurisdiction), times in sorted(counted.items())
            if times > 1
        )
    return problems


def tax_by_key(answer: TaxQuote) -> dict[str, Money]:
    """Return the tax of each line and charge, over all jurisdictions."""
    taxes = {line.key: line.amount for line in answer.lines}
    if len(taxes) == len(answer.lines):
        return taxes
    taxes = {}
    for line in answer.lines:
        before = taxes.get(line.key)
        taxes[line.key] = line.amount if before is None else before + line.amount
    return taxes
