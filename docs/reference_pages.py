"""Writes the reference pages out of the code: `python docs/reference_pages.py` writes them, a test compares them."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
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
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind, Operation
from servicecore.kernel.problems import ProblemKind
from servicecore.plugins import hookspecs
from servicecore.plugins.builtin.order_value_fraud import OrderValueSettings
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import compile_book
from servicecore.pricing.promotions.benefits import PercentOff
from servicecore.pricing.promotions.conditions import InChannel

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


_PRICE_BOOK_HEAD = """# Price book files

What a price book in YAML or JSON may say. Money is written `24.00 EUR`, a date `2026-03-02`; numbers are read as text.
Where several classes can stand, such as benefits and conditions, `type` names one. Whatever cannot be is refused when
the file is read, with its line. `servicecore schema price-book` prints the same as JSON Schema.
"""
_IN_A_FILE: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Decimal: "number",
    date: "date",
    Money: "money",
}


def price_book_page() -> str:
    """Return the page of price book files: every class that a book can hold, from the book inwards."""
    parts = [_PRICE_BOOK_HEAD]
    for kind in _book_parts():
        if issubclass(kind, Enum):
            parts.append(f"## `{kind.__name__}`\n\n{_doc(kind)}\n\nValues: {_values(kind)}.\n")
            continue
        refused = "".join(f"\n- {each}" for each in _refused(kind))
        refused = f"\nRefused:\n{refused}\n" if refused else ""
        parts.append(f"## `{kind.__name__}`\n\n{_without_raises(kind)}\n\n{_file_fields(kind)}\n{refused}")
    parts.append(f"## The book as a whole\n\n{_without_raises(compile_book)}\n")
    return "\n".join(parts)


def _book_parts() -> Iterator[type]:
    waiting: list[Any] = [PriceBook]
    seen: list[Any] = [Money]
    while waiting:
        hint = waiting.pop(0)
        waiting.extend(typing.get_args(hint))
        if inspect.isclass(hint) and hint not in seen and (attrs.has(hint) or issubclass(hint, Enum)):
            seen.append(hint)
            yield hint
            if attrs.has(hint):
                waiting.extend(typing.get_type_hints(hint)[each.name] for each in attrs.fields(hint) if each.init)


def _file_fields(cls: type) -> str:
    hints = typing.get_type_hints(cls)
    described: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        described |= _described(base)
    rows = [
        f"| `{each.alias}` | {_file_type(hints[each.name])} | {_default(each.default)} "
        f"| {described.get(each.name, '')} |"
        for each in attrs.fields(cls)
        if each.init
    ]
    return "\n".join(["| field | type | default | |", "|---|---|---|---|", *rows])


def _file_type(hint: Any) -> str:
    members = [each for each in typing.get_args(hint) if each is not type(None) and each is not Ellipsis]
    if {PercentOff, InChannel}.intersection(members) and len(members) > 1:
        return "benefit" if PercentOff in members else "condition"
    if typing.get_origin(hint) is tuple:
        inner = ", ".join(_file_type(each) for each in members)
        return f"list of {inner}" if Ellipsis in typing.get_args(hint) else f"[{inner}]"
    if members:
        return " or ".join(_file_type(each) for each in members)
    return _IN_A_FILE.get(hint, f"`{getattr(hint, '__name__', hint)}`")


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "required"
    if hasattr(value, "takes_self"):
        return "from the other fields"
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "its defaults" if attrs.has(type(value)) and not isinstance(value, Money) else f"`{value}`"


def _values(kind: type[Enum]) -> str:
    return ", ".join(f"`{each.value}`" for each in kind)


def _without_raises(thing: object) -> str:
    return re.split(r"\n(?:Raises|Attributes|Args):", inspect.getdoc(thing) or "")[0].strip()


def _refused(cls: type) -> Iterator[str]:
    """Yield what validators and converters of ``cls`` refuse: the field, the problem code, what is accepted."""
    sources: list[tuple[str, Any]] = [("", base) for base in cls.__mro__ if attrs.has(base)]
    sources += [(each.name, each.converter and inspect.unwrap(each.converter)) for each in attrs.fields(cls)]
    sources += [(each.name, each.validator) for each in attrs.fields(cls)]
    found: dict[str, None] = {}
    for name, source in sources:
        if not (inspect.isclass(source) or inspect.isfunction(source)) or "<lambda>" in source.__qualname__:
            continue
        names = vars(importlib.import_module(source.__module__))
        for call in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(source)))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "error":
                kind = names.get(ast.unparse(call.func.value))
                if isinstance(kind, ProblemKind):
                    found[_refusal(call, kind, name)] = None
    return iter(found)


def _refusal(call: ast.Call, kind: ProblemKind, name: str) -> str:
    if call.args and isinstance(call.args[0], ast.Constant):
        name = str(call.args[0].value)
    where = f"`{name}`: " if name else ""
    accepted = next((each.value for each in call.keywords if each.arg == "accepted"), None)
    text = ""
    if isinstance(accepted, ast.Constant):
        text = f"; accepted: {accepted.value}"
    elif isinstance(accepted, ast.JoinedStr):
        pieces = [str(each.value) if isinstance(each, ast.Constant) else "..." for each in accepted.values]
        text = f"; accepted: {''.join(pieces)}"
    return f"{where}`{kind.code}`{text}"


PAGES = {
    "capabilities.md": capabilities_page,
    "cli.md": cli_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "hooks.md": hooks_page,
    "price-book.md": price_book_page,
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
