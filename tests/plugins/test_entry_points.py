"""Installed distributions, found through real entry points in a program of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"

PROGRAM = """
    import json, os, sys
    from datetime import UTC, datetime
    from servicecore.kernel.clock import FixedClock
    from servicecore.kernel.money import Money
    from servicecore.plugins import PluginHost, PluginSettings
    from servicecore.plugins.api import PaymentOperation, PaymentRequest

    settings = PluginSettings(
        plugins={"acme-pay": {"merchant": "shop-7", "api_key": {"$env": "ACME_API_KEY"}}},
        disabled=tuple(name for name in sys.argv[1:] if not name.startswith("only:")),
        enabled=tuple(name[5:] for name in sys.argv[1:] if name.startswith("only:")) or None,
    )
    host = PluginHost(clock=FixedClock(datetime(2026, 3, 2, tzinfo=UTC)), settings=settings)
    pay = lambda key, operation, ref: host.pay(
        "acme-pay", PaymentRequest(key, operation, Money("12.50", "EUR"), "tok_1", gateway_ref=ref)
    ).status.value
    print(json.dumps({
        "loaded": [[each.id, each.version, each.origin] for each in host.report.loaded],
        "failed": {each.id: [each.origin, each.reason] for each in host.report.failed},
        "blocked": [each.id for each in host.report.blocked],
        "paid": [pay("k1", PaymentOperation.CHARGE, ""), pay("k2", PaymentOperation.REFUND, "acme-1")],
        "queried": host.query_payment("acme-pay", "k1").status.value,
        "imported": "acme_pay" in sys.modules,
    }))
"""


def install(target: Path, project: Path) -> None:
    """Do what an installer does: copy the package, and write its metadata with its entry points."""
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = about["name"].replace("-", "_")
    shutil.copytree(project / "src" / package, target / package)
    announce(target, about["name"], about["version"], about["entry-points"]["servicecore.plugins"])


def announce(target: Path, name: str, version: str, points: dict[str, str]) -> None:
    info = target / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = ["[servicecore.plugins]", *(f"{point} = {value}" for point, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(target: Path, *disabled: str, paths: tuple[Path, ...] = ()) -> dict[str, Any]:
    path = os.pathsep.join(str(each) for each in (target, *paths))
    environ = {**os.environ, "PYTHONPATH": path, "ACME_API_KEY": "acme_live_1"}
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), *disabled]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_an_installed_plugin_is_found_and_works(tmp_path: Path) -> None:
    install(tmp_path, EXAMPLES / "acme_pay")
    answer = run(tmp_path)
    assert ["acme-pay", "1.2.0", "acme-pay 1.2.0 (acme_pay)"] in answer["loaded"]
    assert answer["failed"] == {}
    assert answer["paid"] == ["approved", "approved"]
    assert answer["queried"] == "approved"


def test_a_blocked_distribution_is_not_even_imported(tmp_path: Path) -> None:
    install(tmp_path, EXAMPLES / "acme_pay")
    answer = run(tmp_path, "acme-pay")
    assert answer["blocked"] == ["acme-pay"]
    assert answer["imported"] is False
    assert answer["paid"] == ["not_sent", "not_sent"]
    assert answer["queried"] == "unknown"


def test_only_the_enabled_distributions_are_imported_beside_the_built_in_plugins(tmp_path: Path) -> None:
    install(tmp_path, EXAMPLES / "acme_pay")
    announce(tmp_path, "other", "1.0", {"other": "no_such_module"})
    answer = run(tmp_path, "only:acme-pay")
    assert answer["blocked"] == ["other"]
    assert answer["failed"] == {}
    assert answer["paid"] == ["approved", "approved"]
    assert {"manual", "rate-table"} < {plugin for plugin, _version, _origin in answer["loaded"]}


def test_a_distribution_that_stands_twice_on_the_path_is_loaded_once(tmp_path: Path) -> None:
    for copy in ("one", "two"):
        (tmp_path / copy).mkdir()
        install(tmp_path / copy, EXAMPLES / "acme_pay")
    answer = run(tmp_path / "one", paths=(tmp_path / "two",))
    assert answer["failed"] == {}
    assert answer["paid"] == ["approved", "approved"]


def test_broken_distributions_do_not_disturb_the_sound_one(tmp_path: Path) -> None:
    install(tmp_path, EXAMPLES / "acme_pay")
    (tmp_path / "exits.py").write_text("raise SystemExit('thank you for using exits')\n", encoding="utf-8")
    (tmp_path / "needs_sdk.py").write_text("import an_sdk_that_is_not_there\n", encoding="utf-8")
    (tmp_path / "half.py").write_text("def (\n", encoding="utf-8")
    announce(tmp_path, "exits", "1.0", {"exits": "exits"})
    announce(tmp_path, "needs-sdk", "2.0", {"needs-sdk": "needs_sdk"})
    announce(tmp_path, "half", "3.0", {"half": "half", "gone": "no_such_module:plugin", "other-name": "acme_pay"})
    answer = run(tmp_path)
    assert answer["paid"] == ["approved", "approved"]
    failed = answer["failed"]
    assert failed["exits"] == ["exits 1.0 (exits)", "SystemExit: thank you for using exits"]
    origin, reason = failed["needs-sdk"]
    assert origin == "needs-sdk 2.0 (needs_sdk)"
    assert reason == "ModuleNotFoundError: No module named 'an_sdk_that_is_not_there'"
    assert failed["half"][1].startswith("SyntaxError")
    assert failed["gone"][1] == "ModuleNotFoundError: No module named 'no_such_module'"
    assert "called 'other-name', the plugin 'acme-pay'" in failed["other-name"][1]
