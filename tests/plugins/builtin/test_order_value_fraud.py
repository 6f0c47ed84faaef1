from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from servicecore.plugins import AssessOrder, PluginHost, PluginSettings
from servicecore.plugins.api import Money

OpenHost = Callable[..., PluginHost]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SETTINGS = {"limits": {"EUR": "1000.00"}, "new_customer_limits": {"EUR": "200.00"}, "score": 40}


@pytest.mark.parametrize(
    ("total", "orders_before", "score"),
    [
        (Money("1000.00", "EUR"), 3, 0),
        (Money("1000.01", "EUR"), 3, 40),
        (Money("200.00", "EUR"), 0, 0),
        (Money("200.01", "EUR"), 0, 40),
        (Money("9999999.00", "JPY"), 0, 0),
    ],
)
def test_an_order_above_its_limit_scores(open_host: OpenHost, total: Money, orders_before: int, score: int) -> None:
    host = open_host(settings=PluginSettings(plugins={"order-value": SETTINGS}))
    assessment = host.assess(AssessOrder("o", "c", total, NOW, orders_before=orders_before))
    assert (assessment.score, assessment.failures) == (score, ())


def test_the_reason_can_be_read_out(open_host: OpenHost) -> None:
    host = open_host(settings=PluginSettings(plugins={"order-value": SETTINGS}))
    (signal,) = host.assess(AssessOrder("o", "c", Money("250.00", "EUR"), NOW)).signals
    assert signal.reason == "the order is worth 250.00 EUR; usual for a new customer: up to 200.00 EUR"


@pytest.mark.parametrize("limit", [10.5, "-1", "many"])
def test_a_limit_that_is_no_amount_is_refused(open_host: OpenHost, limit: Any) -> None:
    host = open_host(settings=PluginSettings(plugins={"order-value": {"limits": {"EUR": limit}}}))
    (failed,) = host.report.failed
    assert failed.id == "order-value"
    assert "limits.EUR" in failed.reason
