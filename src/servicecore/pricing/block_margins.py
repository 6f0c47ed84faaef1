"""Stop a quote whose margins are not acceptable, where the policy says so."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deductions import NO_DEDUCTION
from servicecore.pricing.draft import DraftQuote
from servicecore.pricing.quote import QuoteLine


def blocked_by_margin(draft: DraftQuote, lines: Iterable[QuoteLine]) -> tuple[Problem, ...]:
    """Return the lines that may not be sold at their margin (``margin.blocked``)."""
    policy = draft.margin_policy
    if policy is None:
        return ()
    problems: list[Problem] = []
    deductions = dict(draft.deductions)
    for index, line in enumerate(lines):
        net = line.net - line.tax if draft.tax_request.prices_include_tax else line.net
        unit_net = Money(EXACT.divide(net.amount, line.quantity), net.currency).round(draft.unit_rounding)
        taken = deductions.get(line.number, NO_DEDUCTION)
        problem = policy.refusal(
            line.margin, line.item, unit_net, draft.unit_rounding, f"lines[{index}]", deductions=taken
        )
        if problem is not None:
            problems.append(problem)
    return tuple(problems)
