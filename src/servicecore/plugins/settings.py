"""Settings of the host and of its plugins; secrets are references that are resolved for every call."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretBytes, SecretStr, ValidationError

from servicecore.plugins.scrub import Scrubber

DISABLED_VARIABLE: Final = "SERVICECORE_PLUGINS_DISABLED"
STRICT_MODEL: Final = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Deadlines(BaseModel):
    """How long the host waits for each kind of call; in a file, numbers are seconds."""

    model_config = STRICT_MODEL

    load: timedelta = timedelta(seconds=10)
    gateway: timedelta = timedelta(seconds=10)
    tax: timedelta = timedelta(seconds=3)
    fraud: timedelta = timedelta(seconds=1)
    observe: timedelta = timedelta(seconds=30)


class QuarantineSettings(BaseModel):
    """When a plugin's operation is not called for a while; see `servicecore.plugins.quarantine.QuarantinePolicy`."""

    model_config = STRICT_MODEL

    failures: int = Field(default=5, ge=1)
    cooldown: timedelta = Field(default=timedelta(seconds=60), gt=timedelta(0))
    hanging: int = Field(default=3, ge=1)


class PluginSettings(BaseModel):
    """Which plugins a host loads, in which order, how long it waits for them, and their own settings."""

    model_config = STRICT_MODEL

    enabled: tuple[str, ...] | None = Field(
        default=None, description="ids of the installed plugins to load; null for all"
    )
    disabled: tuple[str, ...] = Field(default=(), description="ids of plugins that are not loaded; * is a wildcard")
    order: tuple[str, ...] = Field(default=(), description="ids in the order of loading; the rest follows by id")
    deadlines: Deadlines = Deadlines()
    plugin_deadlines: Mapping[str, Deadlines] = Field(default_factory=dict, description="deadlines by plugin id")
    quarantine: QuarantineSettings = QuarantineSettings()
    keep_calls: int = Field(default=200, ge=0, description="how many call records are kept")
    plugins: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict, repr=False, description="settings by plugin id; secrets as references"
    )

    @classmethod
    def default_from_environment(cls, environ: Mapping[str, str] = os.environ) -> PluginSettings:
        """Return the defaults without the plugins that ``SERVICECORE_PLUGINS_DISABLED`` lists, parted by commas."""
        return cls().without(disabled_in(environ))

    def without(self, ids: tuple[str, ...]) -> PluginSettings:
        """Return the same settings with ``ids`` (wildcards allowed) disabled too."""
        return self.model_copy(update={"disabled": (*self.disabled, *ids)})

    def blocks(self, plugin: str) -> bool:
        """Return whether ``plugin`` must not be loaded, wherever it comes from."""
        return any(fnmatchcase(plugin, pattern) for pattern in self.disabled)

    def leaves_out(self, plugin: str) -> bool:
        """Return whether ``plugin``, found by its entry point, is not among the enabled ones."""
        return self.enabled is not None and plugin not in self.enabled

    def rank(self, plugin: str) -> int:
        """Return the place of ``plugin`` in the configured order; all that are not listed share the last one."""
        return self.order.index(plugin) if plugin in self.order else len(self.order)

    def deadlines_for(self, plugin: str) -> Deadlines:
        """Return the deadlines that hold for ``plugin``."""
        return self.plugin_deadlines.get(plugin, self.deadlines)


def disabled_in(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids in ``SERVICECORE_PLUGINS_DISABLED``; empty where it is not set."""
    return tuple(name.strip() for name in environ.get(DISABLED_VARIABLE, "").split(",") if name.strip())


class SettingsRefused(ValueError):
    """Raised when a plugin's settings cannot be built; its text shows no value that may be secret."""


class SettingsSource:
    """The settings of one plugin: resolves the references anew for every call, so that secrets rotate."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        model: type[BaseModel] | None,
        scrubber: Scrubber,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._raw = raw
        self._model = model
        self._scrubber = scrubber
        self._environ = environ
        self._last: tuple[object, BaseModel] | None = None

    def current(self) -> BaseModel | None:
        """Return the settings as they are now; None for a plugin that takes none.

        Raises:
            SettingsRefused: a reference leads nowhere, a field is unknown, missing or wrong.

        """
        if self._model is None:
            if self._raw:
                raise SettingsRefused(f"the plugin takes no settings; given: {', '.join(sorted(self._raw))}")
            return None
        secrets: list[str] = []
        resolved = self._resolve(self._raw, secrets)
        if self._last is not None and self._last[0] == resolved:
            return self._last[1]
        self._scrubber.learn(secrets)
        try:
            settings = self._model.model_validate(resolved)
        except ValidationError as error:
            raise SettingsRefused(self._explain(error, resolved)) from None
        self._scrubber.learn(_secret_values(settings))
        self._last = (resolved, settings)
        return settings

    def _resolve(self, value: object, secrets: list[str]) -> object:
        if isinstance(value, Mapping):
            if len(value) == 1 and str(next(iter(value))).startswith("$"):
                secret = self._look_up(*next(iter(value.items())))
                secrets.append(secret)
                return secret
            return {str(name): self._resolve(each, secrets) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._resolve(each, secrets) for each in value]
        return value

    def _look_up(self, kind: str, where: object) -> str:
        if kind == "$env":
            if str(where) not in self._environ:
                raise SettingsRefused(f"environment variable {where} is not set")
            return self._environ[str(where)]
        if kind == "$file":
            try:
                return Path(str(where)).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsRefused(f"secret file {where} cannot be read: {type(error).__name__}") from None
        raise SettingsRefused(f"{kind} is no kind of reference; accepted: $env, $file")

    def _explain(self, error: ValidationError, resolved: object) -> str:
        # A validator of the author may repeat its input: nothing that was given as text survives in the message.
        masked = Scrubber()
        masked.learn(_texts(resolved))
        parts = [
            f"{'.'.join(str(step) for step in each['loc']) or 'settings'}: {masked.clean(each['msg'])}"
            for each in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        return "; ".join(parts)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _secret_values(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, SecretBytes):
        yield value.get_secret_value().decode(errors="replace")
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secret_values(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _secret_values(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secret_values(each)
