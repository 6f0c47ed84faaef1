"""Published schemas: what the codec writes of any command and event is valid, and what is wrong is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, ValidationError

from servicecore.boundary import command_schemas, event_schemas
from servicecore.boundary.schemas import DIALECT
from servicecore.engine import KINDS
from servicecore.storage.codec import JsonCodec
from servicecore.testing.values import instances

CODEC = JsonCodec()
COMMANDS = {operation.name: operation.command for kind in KINDS for operation in kind.operations}
EVENTS = {event.type_name: event for kind in KINDS for event in kind.events()}
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(scope="session")
def of_commands() -> dict[str, dict[str, Any]]:
    return command_schemas(KINDS)


@pytest.fixture(scope="session")
def of_events() -> dict[str, dict[str, Any]]:
    return event_schemas(KINDS)


def check_instances(schema: dict[str, Any], cls: type) -> int:
    """Validate what the codec writes of random instances of ``cls``; return how many there were."""
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    seen: list[object] = []

    @given(instances(cls))
    @FEW
    def look(value: Any) -> None:
        seen.append(value)
        validator.validate(json.loads(CODEC.encode(value)))

    look()
    return len(seen)


def test_every_command_and_event_has_a_schema_sorted_by_name(
    of_commands: dict[str, Any], of_events: dict[str, Any]
) -> None:
    assert list(of_commands) == sorted(COMMANDS)
    assert list(of_events) == sorted(EVENTS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_json_of_a_command_is_valid(name: str, of_commands: dict[str, Any]) -> None:
    assert of_commands[name]["$schema"] == DIALECT
    assert of_commands[name]["title"] == name
    assert check_instances(of_commands[name], COMMANDS[name])


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_the_json_of_an_event_is_valid(name: str, of_events: dict[str, Any]) -> None:
    assert check_instances(of_events[name], EVENTS[name])


@pytest.mark.parametrize(
    "plain",
    [
        {"order": "order-1", "line": 1, "quantity": 1.5},
        {"order": "order-1", "line": "1"},
        {"order": "order-1", "line": 1, "colour": "red"},
        {"line": 1},
        {"order": 7, "line": 1},
    ],
    ids=["float", "text for a number", "unknown field", "missing field", "number for text"],
)
def test_what_is_wrong_is_invalid(plain: dict[str, Any], of_commands: dict[str, Any]) -> None:
    validator = Draft202012Validator(of_commands["orders.cancel_line"])
    validator.validate({"order": "order-1", "line": 1, "quantity": "1.5"})
    with pytest.raises(ValidationError):
        validator.validate(plain)


def test_a_schema_describes_itself_in_the_words_of_its_class(of_commands: dict[str, Any]) -> None:
    assert of_commands["orders.cancel_line"]["description"].startswith("Take units of one line off an order.")
