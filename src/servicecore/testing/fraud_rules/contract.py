"""The contract of a fraud rule: subclass it, say how a rule is made, and run pytest."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar, Final

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.plugins.discovery import BUILT_IN
from servicecore.plugins.hookspecs import hookimpl
from servicecore.plugins.host import PluginHost
from servicecore.plugins.manifest import PluginInfo
from servicecore.plugins.protocols import FraudRule
from servicecore.plugins.requests import AssessedLine, AssessOrder, TenderSummary
from servicecore.plugins.settings import PluginSettings
from servicecore.testing.fraud_rules.bench import FraudBench
from servicecore.testing.stores.expectation import expect

_START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_COUNTRIES: Final = ("", "IT", "DE", "ZZ")
_CALLERS: Final = 8
_LARGE: Final = 1_000


class _KitPlugin:
    def __init__(self, rule: FraudRule) -> None:
        self._rule = rule

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="kit", version="1.0", api="1.0")

    @hookimpl
    def servicecore_fraud_rules(self) -> tuple[FraudRule, ...]:
        return (self._rule,)


class BaseFraudRuleContract:
    """Everything that servicecore relies on in a fraud rule, as pytest tests.

    Subclass it in a test module, call the class ``Test...``, and give it ``make_rule``. Without orders in which it has
    to find something, or nothing, those two checks are skipped.

    Attributes:
        currencies: of the orders that are tried.
        examples: how many random orders are tried.

    """

    currencies: ClassVar[tuple[str, ...]] = ("EUR", "JPY", "KWD")
    examples: ClassVar[int] = 60

    @abstractmethod
    def make_rule(self) -> FraudRule:
        """Return a new rule."""
        raise NotImplementedError

    def make_settings(self) -> BaseModel | None:
        """Return the settings that the rule finds in its context; None where it takes none."""
        return None

    def make_suspects(self) -> tuple[AssessOrder, ...]:
        """Return orders in which the rule has to find something."""
        return ()

    def make_harmless(self) -> tuple[AssessOrder, ...]:
        """Return orders in which the rule must find nothing."""
        return ()

    def make_bench(self) -> FraudBench:
        """Return a bench with a new rule."""
        return FraudBench(self.make_rule(), FixedClock(_START), self.make_settings())

    @pytest.fixture
    def bench(self) -> FraudBench:
        """Make a rule and put it on the bench."""
        return self.make_bench()

    def test_a_host_takes_it(self, bench: FraudBench) -> None:
        """Id and method are such that a host registers it."""
        alone = PluginSettings(disabled=tuple(plugin for plugin, _module in BUILT_IN))
        with PluginHost((_KitPlugin(bench.rule),), clock=bench.clock, autoload=False, settings=alone) as host:
            expect([failed.reason for failed in host.report.failed], [], "a host can load it")
            expect(host.fraud_rule_names(), (bench.rule.id,), "it is found by its id")

    def test_signals_carry_the_rules_id(self, bench: FraudBench) -> None:
        """What a rule finds is signed by it."""
        for order in self._orders():
            bench.check(order, "a signal carries the id of its rule", "rule")

    def test_scores_are_whole_numbers_from_0_to_100(self, bench: FraudBench) -> None:
        """A signal is a `FraudSignal`; its score is an int, never a float."""
        for order in self._orders():
            bench.check(order, "a score is a whole number from 0 to 100", "wrong_type", "score")

    def test_every_signal_has_a_reason(self, bench: FraudBench) -> None:
        """Each signal says in a sentence of at most 500 characters what an agent may read out."""
        for order in self._orders():
            bench.check(order, "a signal says why", "reason")

    def test_signals_are_few(self, bench: FraudBench) -> None:
        """There are at most 50 signals for an order, however large."""
        for order in self._orders():
            bench.check(order, "there are at most 50 signals", "too_many")

    def test_an_order_of_which_little_is_known_is_assessed(self, bench: FraudBench) -> None:
        """Without lines, tenders, countries and customer, and with a total of 0, there is an answer."""
        for currency in self.currencies:
            bench.check(AssessOrder("O-1", "", Money.zero(currency), _START), "little is known, and it is answered")

    def test_what_has_to_be_found_is_found(self, bench: FraudBench) -> None:
        """In every order of ``make_suspects`` there is at least one signal with a score above 0."""
        suspects = self.make_suspects()
        if not suspects:
            pytest.skip("no orders to find are declared")
        missed = [order for order in suspects if not any(signal.score for signal in bench.check(order, "it is sound"))]
        expect(missed, [], "something is found in every suspect order")

    def test_harmless_orders_are_left_alone(self, bench: FraudBench) -> None:
        """In no order of ``make_harmless`` there is a signal."""
        harmless = self.make_harmless()
        if not harmless:
            pytest.skip("no harmless orders are declared")
        expect([bench.ask(order) for order in harmless], [()] * len(harmless), "nothing is found in a harmless order")

    def test_the_same_order_gives_the_same_signals(self, bench: FraudBench) -> None:
        """Asked again, after other orders, and of another rule made alike: a rule has no side effects."""
        orders = tuple(self._orders())
        first = [bench.ask(order) for order in orders]
        expect([bench.ask(order) for order in orders[::-1]][::-1], first, "the same order gives the same signals")
        other = self.make_bench()
        expect([other.ask(order) for order in orders], first, "another rule made alike says the same")

    def test_many_callers_at_once_get_the_same_signals(self, bench: FraudBench) -> None:
        """A host asks from many threads; each gets what it would have got alone."""
        orders = tuple(self._orders())
        alone = [bench.ask(order) for order in orders]
        with ThreadPoolExecutor(_CALLERS) as pool:
            together = list(pool.map(bench.ask, orders * _CALLERS))
        expect(together, alone * _CALLERS, "callers at the same time do not disturb each other")

    def test_any_order_is_assessed(self) -> None:
        """Hypothesis looks for an order on which the answer is not one that the host believes, and shrinks it."""

        @settings(max_examples=self.examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            currency=st.sampled_from(self.currencies),
            prices=st.lists(st.integers(0, 10**9), max_size=4),
            history=st.tuples(st.integers(0, 50), st.integers(0, 4_000)),
            countries=st.tuples(st.sampled_from(_COUNTRIES), st.sampled_from(_COUNTRIES)),
            parts=st.integers(0, 3),
        )
        def search(
            currency: str, prices: list[int], history: tuple[int, int], countries: tuple[str, str], parts: int
        ) -> None:
            order = evolve(
                _order(currency, tuple(prices), parts),
                orders_before=history[0],
                customer_age_days=history[1],
                bill_to_country=countries[0],
                ship_to_country=countries[1],
            )
            self.make_bench().check(order, "the host believes the answer")

        search()

    def _orders(self) -> Iterator[AssessOrder]:
        yield from (*self.make_suspects(), *self.make_harmless())
        for currency in self.currencies:
            usual = _order(currency, (1_999, 25_000), 1)
            yield usual
            yield evolve(usual, orders_before=40, customer_age_days=3_000, bill_to_country="IT", ship_to_country="IT")
            yield evolve(usual, bill_to_country="IT", ship_to_country="DE")
            yield _order(currency, (10**11,), 3)
            yield _order(currency, (0,), 0)
            yield _order(currency, tuple(range(1, _LARGE + 1)), _LARGE)


def _order(currency: str, minor: tuple[int, ...], tenders: int) -> AssessOrder:
    """Return an order with a line for each amount in minor units, paid in ``tenders`` parts."""
    total = Money.from_minor(sum(minor), currency)
    lines = tuple(
        AssessedLine(f"KIT-{number}", Decimal(1), Money.from_minor(units, currency))
        for number, units in enumerate(minor)
    )
    first = (TenderSummary("card", total, "kit"),)
    rest = tuple(TenderSummary("gift_card", Money.zero(currency)) for _ in range(tenders - 1))
    return AssessOrder("O-1", "C-1", total, _START, tenders=(*first, *rest)[:tenders], lines=lines)
