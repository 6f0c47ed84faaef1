"""The bench that a fraud rule stands on while it is checked: a clock, its settings, and the host's own checks."""

from __future__ import annotations

from itertools import islice
from typing import Final

from attrs import evolve
from pydantic import BaseModel

from servicecore.kernel.clock import FixedClock
from servicecore.orders.fraud import FraudSignal
from servicecore.plugins.checks import MAX_SIGNALS, check_fraud_signals, show
from servicecore.plugins.protocols import FraudRule, PluginContext
from servicecore.plugins.requests import AssessOrder
from servicecore.plugins.scrub import Scrubber, plugin_log
from servicecore.testing.stores.expectation import expect

_TOLD: Final = 500


class FraudBench:
    """Asks a fraud rule as the host would, and fails where the host would not believe the answer.

    Args:
        rule: the rule.
        clock: the clock of the rule's context.
        settings: what the rule finds in its context; None where it takes none.

    """

    def __init__(self, rule: FraudRule, clock: FixedClock, settings: BaseModel | None) -> None:
        self.rule = rule
        self.clock = clock
        self._context = PluginContext("kit", clock, plugin_log("kit", Scrubber()), settings)

    def ask(self, order: AssessOrder) -> tuple[FraudSignal, ...]:
        """Return the signals, one more than may be at most; an exception fails, and so does a changed request."""
        before = evolve(order)
        try:
            signals = tuple(islice(self.rule.assess(order, self._context), MAX_SIGNALS + 1))
        except Exception as error:
            raise AssertionError(
                f"a fraud rule finds something or nothing, it raises nothing\n  asked:    {order!r}"
                f"\n  raised:   {type(error).__name__}: {error}"
            ) from error
        expect(order, before, "a rule does not change its request")
        return signals

    def check(self, order: AssessOrder, rule: str, *codes: str) -> tuple[FraudSignal, ...]:
        """Return the signals; fails with ``rule`` where the host finds a violation with one of ``codes``, or any."""
        signals = self.ask(order)
        found = check_fraud_signals(self.rule.id, signals)
        expect(show(each for each in found if not codes or each.code in codes)[:_TOLD], "", rule)
        return signals
