"""Every operation that people can do is told by a scenario that names one of its capabilities."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from servicecore.engine import KINDS
from servicecore.kernel.operations import Operation

ROOMS = ("billing", "cases", "catalog", "contracts", "customers", "orders", "pricing")
OPERATIONS = [
    operation
    for kind in KINDS
    for operation in kind.operations
    if not operation.automatic and operation.command.__module__.split(".")[1] in ROOMS
]
SERVED_BY_QUOTES = {"A07", "F01", "F02"}
"""Capabilities that a quote serves, which is no command."""


def told() -> list[tuple[set[str], set[str]]]:
    """Return for each scenario the capabilities that it names and the names that it uses."""
    found = []
    for path in sorted(Path(__file__).parent.glob("test_*_scenarios.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                heading = (ast.get_docstring(node) or "").split(":")[0]
                used = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                used |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                found.append((set(re.findall(r"\b[A-F]\d\d\b", heading)), used))
    return found


SCENARIOS = told()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_told_by_a_scenario_of_its_capability(operation: Operation[Any, Any]) -> None:
    telling = [capabilities for capabilities, used in SCENARIOS if operation.command.__name__ in used]
    assert telling, f"no scenario does {operation.name}"
    assert any(capabilities & set(operation.capabilities) for capabilities in telling)


def test_every_scenario_says_which_capability_it_tells() -> None:
    known = {each for operation in OPERATIONS for each in operation.capabilities} | SERVED_BY_QUOTES
    assert SCENARIOS
    for capabilities, _used in SCENARIOS:
        assert capabilities
        assert capabilities <= known
