"""Where plugins come from: the built-in ones, installed distributions by entry point, and objects given by hand."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from servicecore.plugins.hookspecs import ENTRY_POINT_GROUP
from servicecore.plugins.registration import Candidate

BUILT_IN: Final = (
    ("manual", "servicecore.plugins.builtin.manual_gateway"),
    ("order-value", "servicecore.plugins.builtin.order_value_fraud"),
    ("rate-table", "servicecore.plugins.builtin.rate_table_tax"),
)
"""Id and module of the plugins that come with servicecore; they register through the same seam as any other."""

BUILT_IN_ORIGIN: Final = "built-in"


def built_in() -> tuple[Candidate, ...]:
    """Return the plugins that come with servicecore."""
    return tuple(Candidate(name, BUILT_IN_ORIGIN, _importing(module)) for name, module in BUILT_IN)


def given(plugins: tuple[object, ...]) -> tuple[Candidate, ...]:
    """Return plugins that somebody hands over as objects."""
    return tuple(Candidate("", f"given: {_class_of(plugin)}", _returning(plugin)) for plugin in plugins)


def installed() -> tuple[Candidate, ...]:
    """Return the plugins that installed distributions announce; nothing of them is imported yet."""
    return tuple(Candidate(point.name, _origin(point), point.load) for point in entry_points(group=ENTRY_POINT_GROUP))


def _origin(point: EntryPoint) -> str:
    try:
        distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"
    except Exception:  # noqa: BLE001 - damaged metadata must not hide the plugin
        distribution = "unreadable distribution"
    return f"{distribution} ({point.value})"


def _importing(module: str) -> Callable[[], object]:
    return lambda: importlib.import_module(module)


def _returning(plugin: object) -> Callable[[], object]:
    return lambda: plugin


def _class_of(plugin: object) -> str:
    name = getattr(plugin, "__name__", None) if type(plugin).__name__ in {"module", "type", "function"} else None
    return name if isinstance(name, str) else type(plugin).__name__
