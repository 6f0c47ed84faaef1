"""What came of loading the plugins: which are loaded, which failed and why, which are blocked."""

from __future__ import annotations

from attrs import frozen


@frozen
class LoadedPlugin:
    """A plugin that works.

    Attributes:
        id: its id, and ``version`` and ``api`` as it says.
        title: what people call it; may be empty.
        origin: where it comes from.
        hooks: the hooks it implements, sorted.
        gateways: names of its gateways, ``tax_engines``, ``fraud_rules`` and ``offer_parts`` likewise.
        data_sent: categories of personal data that leave the host through it.
        warnings: what works, but not as its author may expect.

    """

    id: str
    version: str
    api: str
    title: str
    origin: str
    hooks: tuple[str, ...]
    gateways: tuple[str, ...]
    tax_engines: tuple[str, ...]
    fraud_rules: tuple[str, ...]
    offer_parts: tuple[str, ...]
    data_sent: tuple[str, ...]
    warnings: tuple[str, ...]


@frozen
class FailedPlugin:
    """A plugin that could not be loaded; nothing of it is registered.

    Attributes:
        id: its id, or the entry point's name, or its class where it never said who it is.
        origin: where it comes from: distribution, version and entry point.
        reason: the innermost cause first; no secret in it.

    """

    id: str
    origin: str
    reason: str


@frozen
class BlockedPlugin:
    """A plugin that the settings keep out; it was not imported, or not registered."""

    id: str
    origin: str


@frozen
class PluginReport:
    """The state of all plugins of a host, in the order of loading."""

    loaded: tuple[LoadedPlugin, ...] = ()
    failed: tuple[FailedPlugin, ...] = ()
    blocked: tuple[BlockedPlugin, ...] = ()
