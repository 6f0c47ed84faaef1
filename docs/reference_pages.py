"""Writes the reference pages out of the code: `python docs/reference_pages.py` writes them, a test compares them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import click
from pydantic import BaseModel

import servicecore
from servicecore.cli import main as command_line
from servicecore.engine import KINDS, Settings
from servicecore.errors import ServiceCoreError
from servicecore.kernel.explain import StepKind
from servicecore.kernel.operations import AggregateKind, Operation
from servicecore.kernel.problems import ProblemKind
from servicecore.plugins import hookspecs
from servicecore.plugins.builtin.order_value_fraud import OrderValueSettings
from servicecore.plugins.builtin.tax_rates import RateTableSettings

FOLDER = Path(__file__).parent / "reference"
_FIELD_INDENT = 4
_NOTICE = "% Written by docs/reference_pages.py; change the docstrings instead.\n\n"


def modules() -> Iterator[ModuleType]:
    """Yield every module of the package, imported."""
    yield servicecore
    for info in sorted(pkgutil.walk_packages(servicecore.__path__, "servicecore."), key=lambda each: each.name):
        if ".migrations" not in info.name:
            yield importlib.import_module(info.name)


def constants(kind: type) -> dict[str, tuple[Any, str]]:
    """Return every module-level constant of class ``kind`` by code, with the module that defines it."""
    found: dict[str, tuple[Any, str]] = {}
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, kind):
                code = getattr(value, "code", None) or value.rule
                found.setdefault(code, (value, module.__name__))
    return dict(sorted(found.items()))


def subclasses(root: type[ServiceCoreError]) -> list[type[ServiceCoreError]]:
    """Return ``root`` and every class below it in the package, by code."""
    for _module in modules():
        pass
    seen: dict[str, type[ServiceCoreError]] = {}
    waiting = [root]
    while waiting:
        cls = waiting.pop()
        if cls.__module__.startswith("servicecore"):
            seen[f"{cls.__module__}.{cls.__qualname__}"] = cls
        waiting.extend(cls.__subclasses__())
    return [seen[name] for name in sorted(seen)]


def _doc(thing: object) -> str:
    text = inspect.getdoc(thing) or ""
    body, _, sections = text.partition("\nAttributes:")
    return body.strip() if sections else text.strip()


def _fields(cls: type) -> str:
    attrs.resolve_types(cls)
    described = _described(cls)
    rows = [
        f"| `{each.name}` | `{_type(each.type)}` | {'no' if each.default is not attrs.NOTHING else 'yes'} "
        f"| {described.get(each.name, '')} |"
        for each in attrs.fields(cls)
    ]
    return "\n".join(["| field | type | required | |", "|---|---|---|---|", *rows]) if rows else "No fields."


def _type(annotation: object) -> str:
    if isinstance(annotation, str):
        text = annotation
    elif typing.get_origin(annotation) is typing.Annotated:
        return _type(typing.get_args(annotation)[0])
    elif isinstance(annotation, types.GenericAlias) or typing.get_origin(annotation) is Mapping:
        origin = getattr(typing.get_origin(annotation), "__name__", "")
        parts = ("..." if each is Ellipsis else _type(each) for each in typing.get_args(annotation))
        return f"{origin}[{', '.join(parts)}]"
    elif typing.get_args(annotation):
        text = re.sub(r"\b(?:\w+\.)+", "", str(annotation))
    else:
        text = getattr(annotation, "__name__", str(annotation))
    return text.replace("|", "\\|")


def _described(cls: type) -> dict[str, str]:
    _, _, section = (inspect.getdoc(cls) or "").partition("Attributes:")
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if not stripped:
            continue
        if indent == 0:
            break
        if indent <= _FIELD_INDENT and ": " in stripped:
            name, _, text = stripped.partition(": ")
            found[name] = text
        elif name:
            found[name] += f" {stripped}"
    return {key: text.replace("|", "\\|") for key, text in found.items()}


def problems_page() -> str:
    """Return the page of problem codes."""
    parts = ["# Problem codes\n\nWhy something was refused: a code, the path of the field, and the parameters.\n"]
    for code, (kind, module) in constants(ProblemKind).items():
        parts.append(f"## `{code}`\n\n- en: {kind.en}\n- it: {kind.it}\n- de: {kind.de}\n\nDefined in `{module}`.\n")
    return "\n".join(parts)


def steps_page() -> str:
    """Return the page of explanation steps."""
    parts = ["# Steps of explanations\n\nThe rules that appear in the explanation of a figure.\n"]
    for rule, (kind, module) in constants(StepKind).items():
        parts.append(f"## `{rule}`\n\n- en: {kind.en}\n- it: {kind.it}\n- de: {kind.de}\n\nDefined in `{module}`.\n")
    return "\n".join(parts)


def errors_page() -> str:
    """Return the page of exceptions."""
    parts = ["# Errors\n\nAn exception means a bug, a broken environment, or that `execute` was refused.\n"]
    for cls in subclasses(ServiceCoreError):
        facts = f"Code `{cls.code}`; a retry can help: {'yes' if cls.retryable else 'no'}; in `{cls.__module__}`."
        parts.append(f"## `{cls.__name__}`\n\n{facts}\n\n{_doc(cls)}\n")
    return "\n".join(parts)


def _operation(kind: AggregateKind[Any], operation: Operation[Any, Any]) -> str:
    serves = ", ".join(operation.capabilities) or "none of its own"
    causes = ", ".join(f"`{event.type_name}`" for event in operation.events)
    how = "Done by due work or by a process, not offered to people. " if operation.automatic else ""
    reason = "A reason code is required. " if operation.reason_required else ""
    return (
        f"## `{operation.name}`\n\n{_doc(operation.command)}\n\n"
        f"On: {kind.name}. Right: `{operation.name}`. {how}{reason}Capabilities: {serves}. May cause: {causes}.\n\n"
        f"{_fields(operation.command)}\n"
    )


def commands_page() -> str:
    """Return the page of commands."""
    parts = ["# Commands\n\nEvery command can be checked, previewed and executed.\n"]
    parts.extend(_operation(kind, operation) for kind in KINDS for operation in kind.operations)
    return "\n".join(parts)


def events_page() -> str:
    """Return the page of events."""
    parts = ["# Events\n\nWhat happened; the only way that state changes.\n"]
    for kind in KINDS:
        for event in kind.events():
            parts.append(
                f"## `{event.type_name}`\n\n{_doc(event)}\n\nOf: {kind.name}; version {event.type_version}.\n\n"
            )
            parts.append(f"{_fields(event)}\n")
    return "\n".join(parts)


def _settings_classes() -> Iterator[type]:
    """Yield every class that a setting is made of, from the installation's settings inwards, each once."""
    waiting: list[Any] = [Settings, RateTableSettings, OrderValueSettings]
    seen: list[Any] = []
    while waiting:
        hint = waiting.pop(0)
        waiting.extend(typing.get_args(hint))
        if not inspect.isclass(hint) or hint in seen:
            continue
        if attrs.has(hint) and hint.__module__.startswith("servicecore"):
            seen.append(hint)
            waiting.extend(typing.get_type_hints(hint)[each.name] for each in attrs.fields(hint))
            yield hint
        elif issubclass(hint, BaseModel):
            seen.append(hint)
            waiting.extend(each.annotation for each in hint.model_fields.values())
            yield hint


def _model_fields(model: type[BaseModel]) -> str:
    described = _described(model)
    rows = [
        f"| `{name}` | `{_type(each.annotation)}` | {'yes' if each.is_required() else 'no'} "
        f"| {each.description or described.get(name, '')} |"
        for name, each in model.model_fields.items()
    ]
    return "\n".join(["| field | type | required | |", "|---|---|---|---|", *rows])


def settings_page() -> str:
    """Return the page of settings and policies."""
    parts = ["# Settings\n\nEvery setting is a field of a frozen value with a default.\n"]
    for cls in _settings_classes():
        table = _model_fields(cls) if issubclass(cls, BaseModel) else _fields(cls)
        parts.append(f"## `{cls.__name__}`\n\nIn `{cls.__module__}`. {_doc(cls)}\n\n{table}\n")
    return "\n".join(parts)


def capabilities_page() -> str:
    """Return the index of capabilities: which commands serve each."""
    served: dict[str, list[str]] = {}
    for kind in KINDS:
        for operation in kind.operations:
            for capability in operation.capabilities:
                served.setdefault(capability, []).append(operation.name)
    rows = [f"| {key} | {', '.join(f'`{name}`' for name in served[key])} |" for key in sorted(served)]
    return "\n".join(["# Capability index\n", "| id | commands |", "|---|---|", *rows, ""])


def public_page() -> str:
    """Return the page of public names: what each package re-exports."""
    parts = ["# Public names\n\nWhat a package's `__init__` re-exports is public; everything else may change.\n"]
    for module in modules():
        names = getattr(module, "__all__", ())
        if not names or not hasattr(module, "__path__"):
            continue
        parts.append(f"## `{module.__name__}`\n\n{(_doc(module).splitlines() or [''])[0]}\n")
        parts.append("| name | |\n|---|---|")
        for name in sorted(names):
            thing = getattr(module, name)
            parts.append(f"| `{name}` | {_first_sentence(thing)} |")
        parts.append("")
    return "\n".join(parts)


def _first_sentence(thing: object) -> str:
    if inspect.isclass(thing) or inspect.isfunction(thing) or inspect.ismodule(thing):
        return (_doc(thing).splitlines() or [""])[0].replace("|", "\\|")
    return f"a `{type(thing).__name__}`"


def hooks_page() -> str:
    """Return the page of plugin hooks."""
    parts = ["# Plugin hooks\n\nWhat a plugin may implement, each marked with `hookimpl`.\n"]
    for owner in vars(hookspecs).values():
        if not inspect.isclass(owner) or owner.__module__ != hookspecs.__name__:
            continue
        for name, function in vars(owner).items():
            if name.startswith("servicecore_"):
                parts.append(f"## `{name}{inspect.signature(function)}`\n\n{_doc(function)}\n")
    for name, function in vars(hookspecs).items():
        if name.startswith("servicecore_") and inspect.isfunction(function):
            parts.append(f"## `{name}{inspect.signature(function)}`\n\n{_doc(function)}\n")
    return "\n".join(parts)


def cli_page() -> str:
    """Return the page of the command line."""
    parts = ["# Command line\n"]

    def walk(command: click.Command, name: str, parent: click.Context | None) -> None:
        # The parent hands on its settings, so that -h stands on every page, whoever asked for help before.
        settings = {**(command.context_settings or {}), "terminal_width": 100}
        context = click.Context(command, info_name=name, parent=parent, **settings)
        parts.append(f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            for each in sorted(command.commands):
                walk(command.commands[each], each, context)

    walk(command_line, "servicecore", None)
    return "\n".join(parts)


PAGES = {
    "capabilities.md": capabilities_page,
    "cli.md": cli_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "hooks.md": hooks_page,
    "problems.md": problems_page,
    "public.md": public_page,
    "settings.md": settings_page,
    "steps.md": steps_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(_NOTICE + page(), encoding="utf-8")
    sys.stdout.write(f"wrote {len(PAGES)} pages\n")


if __name__ == "__main__":
    main()
