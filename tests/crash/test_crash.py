"""A process may die anywhere: nothing is lost, nothing is doubled, and the store proves itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def harness(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the harness in a process of its own: it forks, and this one has threads."""
    command = [sys.executable, "-m", "tests.crash.harness", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


def test_a_hundred_kill_points_lose_and_double_nothing() -> None:
    """`make crash` takes two thousand."""
    ran = harness("--points", "100")
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "100 kill points, 0 failed" in ran.stdout


@pytest.mark.parametrize("fault", ["forget keys", "mark before delivering", "ask nobody", "commit halfway"])
def test_a_fault_that_only_a_crash_shows_is_found(fault: str) -> None:
    scenario = "sale" if fault != "commit halfway" else "cancellation"
    ran = harness("--fault", fault, "--points", "120", "--scenario", scenario)
    assert ran.returncode == 1, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "found after" in ran.stdout
