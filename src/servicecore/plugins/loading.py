"""Loading all plugins of a host, each for itself: what fails is reported, and the next one is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from servicecore.kernel.clock import Clock
from servicecore.plugins import discovery
from servicecore.plugins.registered import RegistrationRefused
from servicecore.plugins.registration import Attempt, Candidate, Registrar, Registration
from servicecore.plugins.registry import Registry
from servicecore.plugins.report import BlockedPlugin, FailedPlugin, PluginReport
from servicecore.plugins.scrub import describe
from servicecore.plugins.settings import PluginSettings, SettingsRefused
from servicecore.plugins.workers import Workers


@frozen
class _Refused:
    reason: str


class Loader:
    """Loads candidates in workers, with a deadline, and fills a registry."""

    def __init__(self, settings: PluginSettings, clock: Clock, workers: Workers) -> None:
        self._settings = settings
        self._registrar = Registrar(settings, clock)
        self._workers = workers
        self._failed: list[FailedPlugin] = []
        self._blocked: list[BlockedPlugin] = []

    def load(self, plugins: tuple[object, ...], *, autoload: bool) -> tuple[Registry, PluginReport]:
        """Return the registry of everything that could be loaded, and what became of each plugin."""
        registry = Registry()
        registrations = [each for each in map(self._load, self._candidates(plugins, autoload=autoload)) if each]
        for registration in sorted(registrations, key=self._place):
            reason = registry.refuse(registration)
            if reason:
                self._failed.append(FailedPlugin(registration.info.id, registration.origin, reason))
            else:
                registry.take(registration)
        return registry, PluginReport(registry.loaded(), tuple(self._failed), tuple(self._blocked))

    def _candidates(self, plugins: tuple[object, ...], *, autoload: bool) -> Iterable[Candidate]:
        named = list(discovery.built_in())
        if autoload:
            try:
                found = discovery.installed()
            except Exception as error:  # noqa: BLE001 - damaged metadata of any installed distribution
                self._failed.append(FailedPlugin("", "installed distributions", describe(error)))
                found = ()
            named += [each for each in found if not self._blocks(each.name, each.origin, optional=True)]
        return (*(each for each in named if not self._blocks(each.name, each.origin)), *discovery.given(plugins))

    def _load(self, candidate: Candidate) -> Registration | None:
        attempt = Attempt(candidate)
        seconds = self._settings.deadlines_for(candidate.name).load.total_seconds()
        outcome = self._in_worker(lambda: _attempt(self._registrar, attempt), seconds)
        if isinstance(outcome, Registration):
            return None if self._blocks(outcome.info.id, outcome.origin) else outcome
        self._failed.append(FailedPlugin(attempt.plugin, candidate.origin, attempt.scrubber.shorten(outcome.reason)))
        return None

    def _in_worker(self, attempt: Callable[[], Registration | _Refused], seconds: float) -> Registration | _Refused:
        try:
            settled = self._workers.run(attempt, seconds)
        except RuntimeError as error:
            return _Refused(describe(error))
        if settled is None:
            return _Refused(f"it did not load within {seconds} seconds")
        return settled.value or _Refused("it ended the worker")

    def _blocks(self, name: str, origin: str, *, optional: bool = False) -> bool:
        blocked = self._settings.leaves_out(name) if optional else self._settings.blocks(name)
        if blocked and (name, origin) not in {(each.id, each.origin) for each in self._blocked}:
            self._blocked.append(BlockedPlugin(name, origin))
        return blocked

    def _place(self, registration: Registration) -> tuple[int, bool, str]:
        info = registration.info
        return self._settings.rank(info.id), registration.origin != discovery.BUILT_IN_ORIGIN, info.id


def _attempt(registrar: Registrar, attempt: Attempt) -> Registration | _Refused:
    """Load in the worker: even the text of an exception is made there, because making it may fail or hang."""
    try:
        return registrar.register(attempt)
    except (RegistrationRefused, SettingsRefused) as error:
        return _Refused(str(error))
    except BaseException as error:  # noqa: BLE001 - SystemExit while importing ends only this plugin
        return _Refused(describe(error))
