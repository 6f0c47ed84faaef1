"""Settings: the default roles of a call centre, every room's policy, and what an import left in the store."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.billing import GiftCardPolicy
from servicecore.cases import CasePolicy
from servicecore.contracts import ContractPolicy
from servicecore.customers import CustomerPolicy
from servicecore.engine import DEFAULT_AUTHORITY, KINDS, RetryPolicy, ServiceCore, Settings
from servicecore.engine.stored_settings import load_settings, save_tax_rates
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor
from servicecore.orders import OrderPolicy
from servicecore.pricing.price_match import PriceMatchPolicy
from servicecore.storage.memory import MemoryStore

AGENT = Actor("agent-7", roles={"agent"})
RATES = {"rates": [{"country": "IT", "rate": "0.22"}]}


def test_every_policy_is_a_fact() -> None:
    assert {type(each) for each in Settings().policies} == {
        OrderPolicy,
        CasePolicy,
        ContractPolicy,
        CustomerPolicy,
        GiftCardPolicy,
        PriceMatchPolicy,
        RetryPolicy,
    }


def test_a_manager_may_do_everything_and_an_agent_what_a_day_brings() -> None:
    names = {operation.name for kind in KINDS for operation in kind.operations}
    manager = Actor("m", roles={"manager"})
    assert all(DEFAULT_AUTHORITY.permits(manager, name) for name in names)
    barred = {name for name in names if not DEFAULT_AUTHORITY.permits(AGENT, name)}
    assert {name.split(".")[0] for name in barred} == {"catalog", "contracts", "billing", "engine", "pricing"}
    assert "billing.issue_invoice" in barred
    assert "contracts.terminate_contract" in barred
    assert "pricing.approve_price_match" in barred
    assert "pricing.create_price_match" not in barred


def test_a_fresh_store_gives_the_defaults() -> None:
    assert load_settings(MemoryStore()) == Settings()


def test_what_was_saved_is_used_by_the_next_who_opens() -> None:
    store = MemoryStore()
    assert save_tax_rates(store, RATES) is True
    assert save_tax_rates(store, RATES) is False
    with ServiceCore.open(store, autoload=False) as core:
        assert core.runtime.settings.plugins.plugins == {"rate-table": RATES}
    given = Settings(tax_engine="none")
    with ServiceCore.open(store, settings=given, autoload=False) as core:
        assert core.runtime.settings == given


@pytest.mark.parametrize(
    ("rates", "path"),
    [
        ({"rates": [{"country": "IT", "rate": 0.22}]}, "tax.rates.0.rate"),
        ({"rates": [], "colour": "red"}, "tax.colour"),
        ({"rates": [{"country": "IT"}]}, "tax.rates.0.rate"),
    ],
)
def test_wrong_rates_are_refused_by_field_and_nothing_is_kept(rates: dict[str, Any], path: str) -> None:
    store = MemoryStore()
    with pytest.raises(Refused) as caught:
        save_tax_rates(store, rates)
    assert path in {problem.path for problem in caught.value.problems}
    assert load_settings(store) == Settings()
