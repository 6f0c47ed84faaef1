"""What a plugin says about itself: its identity, the API it was written against, and what a gateway can do."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from attrs import frozen
from pydantic import BaseModel

from servicecore.kernel.problems import Problem, ProblemKind

PLUGIN_API: Final = (1, 1)
"""Major and minor version of the plugin API of this host; independent of the package's own version."""

WRONG_API: Final = ProblemKind(
    "plugins.wrong_api",
    en="plugin {plugin} was written for plugin API {value}, this host speaks {accepted}; upgrade {upgrade}",
    it="il plugin {plugin} è scritto per l'API {value}, questo host parla {accepted}; aggiornare {upgrade}",
    de="Plugin {plugin} ist für Plugin-API {value} geschrieben, dieser Host spricht {accepted}; {upgrade} erneuern",
)
BAD_MANIFEST: Final = ProblemKind(
    "plugins.bad_manifest",
    en="{value} cannot stand in the manifest; accepted: {accepted}",
    it="{value} non è ammesso nel manifesto; valori ammessi: {accepted}",
    de="{value} ist im Manifest nicht zulässig; zulässig: {accepted}",
)

_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})")


@frozen
class PluginInfo:
    """Who a plugin is; the first thing that the host asks it.

    Attributes:
        id: lower-case letters, digits and hyphens, at most 50; the same as the entry point's name.
        version: the plugin's own version.
        api: the plugin API it was written against: ``1.0``.
        title: what people call it.
        vendor: who answers for it.
        settings_model: class of its settings: a pydantic model, frozen, extra fields forbidden, and with
            ``hide_input_in_errors``; None where it takes none.
        homepage: where its documentation is.
        support: where to ask.
        data_sent: categories of personal data that leave the host through it, for the privacy records.

    """

    id: str
    version: str
    api: str
    title: str = ""
    vendor: str = ""
    settings_model: type[BaseModel] | None = None
    homepage: str = ""
    support: str = ""
    data_sent: tuple[str, ...] = ()


class GatewayCapability(Enum):
    """What a payment gateway may be able to do; the first five are its operations."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    CHARGE = "charge"
    VOID = "void"
    REFUND = "refund"
    PARTIAL_APPROVAL = "partial_approval"
    PARTIAL_CAPTURE = "partial_capture"
    MULTI_CAPTURE = "multi_capture"
    PARTIAL_REFUND = "partial_refund"
    OFFLINE = "offline"
    """No server behind it: money moves by hand, nothing is remembered, a replayed key gives the same answer."""


class SupportLevel(Enum):
    """Whether a capability is there, with a restriction or not at all."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"


@frozen
class Support:
    """How far a capability goes; ``detail`` says which restriction LIMITED means."""

    level: SupportLevel
    detail: str = ""


YES: Final = Support(SupportLevel.YES)


def parse_api(text: str) -> tuple[int, int] | None:
    """Return major and minor of ``1.0``, or None where ``text`` is not such a version."""
    match = _VERSION.fullmatch(text)
    return None if match is None else (int(match[1]), int(match[2]))


def check_info(info: PluginInfo, host_api: tuple[int, int] = PLUGIN_API) -> tuple[Problem, ...]:
    """Return why a host of ``host_api`` cannot load a plugin that says ``info`` (``plugins.wrong_api`` ...)."""
    problems = [
        BAD_MANIFEST.at(field, value=type(value).__name__, accepted="text")
        for field, value in (("id", info.id), ("version", info.version), ("api", info.api))
        if type(value) is not str
    ]
    if problems:
        return tuple(problems)
    if _ID.fullmatch(info.id) is None:
        accepted = "1 to 50 lower-case letters, digits and hyphens"
        problems.append(BAD_MANIFEST.at("id", value=repr(info.id), accepted=accepted))
    model = info.settings_model
    if model is not None:
        problems.extend(_check_settings_model(model))
    api = parse_api(info.api)
    if api is None:
        problems.append(BAD_MANIFEST.at("api", value=repr(info.api), accepted="major and minor, such as 1.0"))
    elif api[0] != host_api[0]:
        upgrade = "the plugin" if api < host_api else "servicecore"
        accepted = f"{host_api[0]}.{host_api[1]}"
        problems.append(WRONG_API.at("", plugin=info.id, value=info.api, accepted=accepted, upgrade=upgrade))
    return tuple(problems)


def is_newer(info: PluginInfo, host_api: tuple[int, int] = PLUGIN_API) -> bool:
    """Return whether the plugin was written against a later minor version than the host's."""
    api = parse_api(info.api)
    return api is not None and api[0] == host_api[0] and api[1] > host_api[1]


def _check_settings_model(model: object) -> tuple[Problem, ...]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return (BAD_MANIFEST.at("settings_model", value=type(model).__name__, accepted="a class of pydantic models"),)
    config = model.model_config
    wanted = {"frozen": True, "extra": "forbid", "hide_input_in_errors": True}
    return tuple(
        BAD_MANIFEST.at("settings_model", value=f"{name}={config.get(name)!r}", accepted=f"{name}={value!r}")
        for name, value in wanted.items()
        if config.get(name) != value
    )
