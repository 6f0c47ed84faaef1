"""Loading one plugin: import it, ask who it is, build its settings, collect its objects; nothing leaks half-way."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

import pluggy
from attrs import frozen

from servicecore.kernel.clock import Clock
from servicecore.plugins.guard import GuardedPlugin
from servicecore.plugins.hookspecs import PREFIX, PROJECT, Hooks
from servicecore.plugins.manifest import PluginInfo, check_info, is_newer
from servicecore.plugins.protocols import PluginContext
from servicecore.plugins.registered import (
    Registered,
    RegisteredEngine,
    RegisteredGateway,
    RegisteredPart,
    RegisteredRule,
    RegistrationRefused,
    engine_of,
    gateway_of,
    part_of,
    rule_of,
)
from servicecore.plugins.requests import EventEnvelope
from servicecore.plugins.scrub import Scrubber
from servicecore.plugins.settings import PluginSettings, SettingsSource

R = TypeVar("R", bound=Registered)

_MAX_OBJECTS: Final = 1000


@frozen
class Candidate:
    """A plugin that may be loaded.

    Attributes:
        name: the entry point's name, or the id where it is already known; empty otherwise.
        origin: where it comes from, for reports: ``acme-pay 1.2 (acme_pay:plugin)``, ``built-in``, ``given``.
        load: imports it and returns a module, an instance, a class or a factory.

    """

    name: str
    origin: str
    load: Callable[[], object]


@frozen
class Registration:
    """All that one plugin brings, complete and checked."""

    plugin: GuardedPlugin
    origin: str
    hooks: tuple[str, ...]
    gateways: tuple[RegisteredGateway, ...] = ()
    tax_engines: tuple[RegisteredEngine, ...] = ()
    fraud_rules: tuple[RegisteredRule, ...] = ()
    offer_parts: tuple[RegisteredPart, ...] = ()
    observers: tuple[Callable[[EventEnvelope, PluginContext], object], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def info(self) -> PluginInfo:
        """Return who the plugin is."""
        return self.plugin.info


class Attempt:
    """What is known of a plugin while it is being loaded: its secrets, and its id once it said so."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.scrubber = Scrubber()
        self.plugin = candidate.name or candidate.origin


class Registrar:
    """Loads candidates, each with a plugin manager of its own: what fails is dropped whole."""

    def __init__(self, settings: PluginSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def register(self, attempt: Attempt) -> Registration:
        """Return what the candidate brings; may raise anything that the plugin raises.

        Raises:
            RegistrationRefused: the plugin is not one that this host can take.

        """
        plugin = _made(attempt.candidate.load())
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(Hooks)
        manager.register(plugin, name=attempt.candidate.name or None)
        hooks = _Hooks(manager, plugin)
        info = _info(hooks, attempt)
        warnings = hooks.check(newer=is_newer(info))
        if is_newer(info):
            warnings = (*warnings, f"written for plugin API {info.api}: what is new in it is not used")
        source = SettingsSource(self._settings.plugins.get(info.id, {}), info.settings_model, attempt.scrubber)
        guarded = GuardedPlugin(info, source, attempt.scrubber)
        context = PluginContext(info.id, self._clock, guarded.log, source.current())
        return Registration(
            plugin=guarded,
            origin=attempt.candidate.origin,
            hooks=hooks.names,
            gateways=hooks.collect("payment_gateways", context, lambda each: gateway_of(each, guarded)),
            tax_engines=hooks.collect("tax_engines", context, lambda each: engine_of(each, guarded)),
            fraud_rules=hooks.collect("fraud_rules", context, lambda each: rule_of(each, guarded)),
            offer_parts=hooks.collect("offer_parts", context, lambda each: part_of(each, guarded)),
            observers=hooks.observers(),
            warnings=warnings,
        )


class _Hooks:
    def __init__(self, manager: pluggy.PluginManager, plugin: object) -> None:
        callers = manager.get_hookcallers(plugin) or []
        self._specified = {caller.name: caller.has_spec() for caller in callers}
        self._found = {
            caller.name: tuple(impl for impl in caller.get_hookimpls() if impl.plugin is plugin) for caller in callers
        }

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, specified in self._specified.items() if specified))

    def check(self, *, newer: bool) -> tuple[str, ...]:
        warnings: list[str] = []
        for name, impls in sorted(self._found.items()):
            for impl in impls:
                if impl.hookwrapper or impl.wrapper:
                    raise RegistrationRefused(f"{name} is a wrapper; accepted: plain implementations")
                if impl.tryfirst or impl.trylast:
                    warnings.append(f"{name}: tryfirst and trylast are ignored; the order is the host's setting")
                if inspect.iscoroutinefunction(impl.function):
                    raise RegistrationRefused(f"{name} is asynchronous; accepted: a plain function")
                if not self._specified[name] and not impl.optionalhook:
                    warnings.append(_unknown_hook(name, newer=newer))
        return tuple(warnings)

    def call(self, name: str, arguments: Mapping[str, object]) -> list[Any]:
        return [
            impl.function(*(arguments[argument] for argument in impl.argnames))
            for impl in self._found.get(f"{PREFIX}{name}", ())
        ]

    def collect(self, name: str, context: PluginContext, make: Callable[[Any], R]) -> tuple[R, ...]:
        objects: list[Any] = []
        for answer in self.call(name, {"context": context}):
            if answer is None or isinstance(answer, str | bytes | Mapping):
                given = type(answer).__name__
                raise RegistrationRefused(f"{PREFIX}{name} returned {given}; accepted: a list of objects")
            objects.extend(islice(answer, _MAX_OBJECTS))
        made = tuple(make(each) for each in objects)
        names = [each.name for each in made]
        twice = sorted({each for each in names if names.count(each) > 1})
        if twice:
            raise RegistrationRefused(f"{PREFIX}{name} returned {twice[0]!r} twice; accepted: each name once")
        return made

    def observers(self) -> tuple[Callable[[EventEnvelope, PluginContext], object], ...]:
        return tuple(_observer(impl) for impl in self._found.get(f"{PREFIX}on_event", ()))


def _observer(impl: pluggy.HookImpl) -> Callable[[EventEnvelope, PluginContext], object]:
    def observe(event: EventEnvelope, context: PluginContext) -> object:
        given: dict[str, object] = {"event": event, "context": context}
        return impl.function(*(given[argument] for argument in impl.argnames))

    return observe


def _made(plugin: object) -> object:
    return plugin() if inspect.isclass(plugin) or inspect.isroutine(plugin) else plugin


def _info(hooks: _Hooks, attempt: Attempt) -> PluginInfo:
    answers = hooks.call("plugin_info", {})
    if len(answers) != 1 or type(answers[0]) is not PluginInfo:
        given = ", ".join(type(answer).__name__ for answer in answers) or "no such hook"
        raise RegistrationRefused(f"{PREFIX}plugin_info gave {given}; accepted: one PluginInfo")
    info: PluginInfo = answers[0]
    problems = check_info(info)
    name = attempt.candidate.name
    if not name and all(problem.path != "id" for problem in problems):
        attempt.plugin = info.id
    if problems:
        raise RegistrationRefused("; ".join(problem.text() for problem in problems))
    if name and name != info.id:
        raise RegistrationRefused(f"the entry point is called {name!r}, the plugin {info.id!r}; make them one")
    return info


def _unknown_hook(name: str, *, newer: bool) -> str:
    if newer:
        return f"{name} is unknown to this host and not used"
    known = [each for each in dir(Hooks) if each.startswith(PREFIX)]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise RegistrationRefused(f"{name} is no hook of this API{hint}; accepted: {', '.join(known)}")
