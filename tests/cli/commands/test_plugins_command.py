"""Plugins: list, show and doctor, with one that breaks while it is imported and with ids that are switched off."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def broken_plugin(tmp_path: Path) -> dict[str, str]:
    """An installed distribution whose plugin raises while it is imported; the environment in which it is found."""
    site = tmp_path / "site"
    info = site / "broken_pay-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-pay\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[servicecore.plugins]\nbroken-pay = broken_pay\n", encoding="utf-8")
    (site / "broken_pay.py").write_text("raise RuntimeError('no [network] today')\n", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "80"}


def test_the_built_in_ones_are_listed(run: Run) -> None:
    answer = run("plugins", "list", "--json")
    assert answer.code == 0
    plugins = {each["id"]: each for each in answer.json["plugins"]}
    assert {"manual", "rate-table", "order-value"} <= set(plugins)
    assert plugins["rate-table"]["offers"] == ["tax engine rate-table"]
    assert answer.json["api"] == "1.1"
    assert "gateway manual" in run("plugins", "list").out


def test_one_is_shown_in_detail(run: Run) -> None:
    answer = run("plugins", "show", "manual")
    assert answer.code == 0
    assert "gateway manual: " in answer.out
    assert "settings: rates" in run("plugins", "show", "rate-table").out
    assert "fraud rules: order-value" in run("plugins", "show", "order-value").out
    assert run("plugins", "show", "rate-table", "--json").json["settings_schema"]["properties"]["rates"]


def test_one_that_nobody_knows_is_said(run: Run) -> None:
    answer = run("plugins", "show", "nonsense", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "servicecore.not_found"
    assert "manual" in answer.json["error"]["message"], "it says which there are"


def test_a_switched_off_plugin_is_blocked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICECORE_PLUGINS_DISABLED", "manual,order-value")
    states = {each["id"]: each["state"] for each in run("plugins", "list", "--json").json["plugins"]}
    assert states == {"manual": "blocked", "order-value": "blocked", "rate-table": "loaded"}
    assert run("plugins", "show", "manual").code == 1
    assert run("plugins", "doctor").out == "every plugin is well\n"


def test_a_broken_plugin_breaks_nothing_and_is_found(run_program: Run, broken_plugin: dict[str, str]) -> None:
    answer = run_program("plugins", "list", env=broken_plugin)
    assert answer.code == 0
    assert "broken-pay" in answer.out
    assert "no [network] today" in answer.out
    assert "rate-table" in answer.out
    answer = run_program("plugins", "doctor", "--json", env=broken_plugin)
    assert answer.code == 1
    (finding,) = answer.json["findings"]
    assert (finding["level"], finding["plugin"], finding["what"]) == ("error", "broken-pay", "load")
    assert "no [network] today" in finding["detail"]
    answer = run_program("plugins", "doctor", env=broken_plugin)
    assert (answer.code, answer.out.startswith("error: broken-pay: load: ")) == (1, True)


def test_a_broken_plugin_that_is_switched_off_is_no_finding(run_program: Run, broken_plugin: dict[str, str]) -> None:
    environment = {**broken_plugin, "SERVICECORE_PLUGINS_DISABLED": "broken-pay"}
    assert run_program("plugins", "doctor", env=environment).code == 0
    assert "blocked" in run_program("plugins", "list", env=environment).out


def test_the_demonstration_needs_no_installed_plugin(run_program: Run, broken_plugin: dict[str, str]) -> None:
    assert run_program("demo", "--json", env=broken_plugin).json["discrepancies"] == []
