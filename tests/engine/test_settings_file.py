"""Settings as a file: every policy can stand in it, and every mistake is named with its line."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from attrs import evolve, fields

from servicecore import ServiceCore
from servicecore.boundary.mapping import BadMapping
from servicecore.engine import DEFAULT_AUTHORITY, BadSettings, Settings, load_settings_file
from servicecore.engine.settings_file import SettingsFile, settings_schema
from servicecore.kernel.authority import Authority, Limit, Role
from servicecore.kernel.money import Money
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing.price_match import PriceMatchPolicy

SHOP = """\
tax_engine: none
due_limit: 500
authority:
  roles:
    - {name: agent, rights: [orders.*], limits: [{name: orders.refund_amount, amount: 200}]}
price_match:
  open_units: true
  max_credit: [50.00 EUR]
plugins:
  disabled: [acme-*]
  deadlines: {tax: 2}
"""


def _load(tmp_path: Path, text: str, name: str = "settings.yaml") -> Settings:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_settings_file(tmp_path / name)


def test_what_a_file_says_becomes_settings_and_the_rest_keeps_its_default(tmp_path: Path) -> None:
    found = _load(tmp_path, SHOP)
    assert found.authority == Authority((Role("agent", ("orders.*",), (Limit("orders.refund_amount", Decimal(200)),)),))
    assert found.price_match == PriceMatchPolicy(open_units=True, max_credit=(Money(Decimal("50.00"), "EUR"),))
    assert (found.tax_engine, found.due_limit) == ("none", 500)
    assert (found.plugins.disabled, found.plugins.deadlines.tax) == (("acme-*",), timedelta(seconds=2))
    others = evolve(found, authority=DEFAULT_AUTHORITY, price_match=PriceMatchPolicy(), plugins=PluginSettings())
    assert evolve(others, tax_engine="rate-table", due_limit=10_000) == Settings()


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert _load(tmp_path, "{}", "settings.json") == Settings()


def test_an_installation_opens_with_them(tmp_path: Path) -> None:
    with ServiceCore.open(settings=_load(tmp_path, SHOP), autoload=False) as core:
        assert core.runtime.settings.due_limit == 500


def test_every_setting_but_an_object_can_stand_in_a_file() -> None:
    own = {each.name for each in fields(SettingsFile)} | {"plugins"}
    assert {each.name for each in fields(Settings)} - own == {"best_price_solver"}


def test_every_mistake_comes_with_its_line(tmp_path: Path) -> None:
    text = SHOP.replace("true", "perhaps").replace("tax: 2", "tax: never").replace("due_limit", "due_limits")
    with pytest.raises(BadSettings) as refused:
        _load(tmp_path, text)
    places = {(each.line, each.problem.path, each.problem.code) for each in refused.value.mistakes}
    assert places == {
        (2, "due_limits", "value.unknown_field"),
        (7, "price_match.open_units", "boundary.wrong_field"),
        (11, "plugins.deadlines.tax", "value.not_accepted"),
    }


def test_what_a_policy_refuses_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        _load(tmp_path, "price_match: {others_percent: 120}")
    assert [each.problem.code for each in refused.value.mistakes] == ["value.not_accepted"]


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings):
        _load(tmp_path, "[1, 2]")
    with pytest.raises(BadMapping):
        load_settings_file(tmp_path / "missing.yaml")


def test_the_schema_accepts_what_the_reader_does_and_names_what_it_refuses() -> None:
    schema = settings_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = {**yaml.safe_load(SHOP), "plugins": {"disabled": ["acme-*"], "deadlines": {"tax": "PT2S"}}}
    jsonschema.validate(plain, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "price_match": {"open_units": "perhaps"}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "plugins": {"unheard_of": 1}}, schema)
    assert json.loads(json.dumps(schema)) == schema
