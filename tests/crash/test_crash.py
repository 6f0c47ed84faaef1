"""A process may die anywhere: nothing is lost, nothing is doubled, and the store proves itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from servicecore.testing.postgres import VARIABLE, PostgresServer

ROOT = Path(__file__).parents[2]


def harness(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the harness in a process of its own: it forks, and this one has threads."""
    command = [sys.executable, "-m", "tests.crash.harness", *options]
    settings = os.environ | environment
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=280, check=False)


def test_points_on_sqlite_lose_and_double_nothing() -> None:
    """`make crash` takes two thousand."""
    ran = harness("--points", "65")
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "65 kill points, 0 failed" in ran.stdout


def test_points_on_postgresql_lose_and_double_nothing(postgres_server: PostgresServer) -> None:
    ran = harness("--store", "postgres", "--points", "35", **{VARIABLE: postgres_server.url})
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "35 kill points, 0 failed" in ran.stdout


@pytest.mark.parametrize("fault", ["forget keys", "mark before delivering", "ask nobody", "commit halfway"])
def test_a_fault_that_only_a_crash_shows_is_found(fault: str) -> None:
    scenario = "sale" if fault != "commit halfway" else "cancellation"
    ran = harness("--fault", fault, "--points", "120", "--scenario", scenario)
    assert ran.returncode == 1, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "found after" in ran.stdout
