"""The objects of plugins as the host keeps them: checked once, with a snapshot of what they declare."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
from attrs import frozen

from servicecore.billing.tenders import GIFT_CARD_GATEWAY
from servicecore.plugins.guard import GuardedPlugin
from servicecore.plugins.manifest import GatewayCapability, Support, SupportLevel
from servicecore.plugins.protocols import FraudRule, GatewayBase, PaymentGateway, TaxEngine
from servicecore.pricing.promotions.benefits import PluginBenefit
from servicecore.pricing.promotions.conditions import PluginCondition
from servicecore.pricing.promotions.offer_parts import PartClass
from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.storage.shapes import TAG, UnsupportedShape, check_shape

_OPERATIONS: Final = tuple(GatewayCapability(name) for name in ("authorize", "capture", "charge", "refund", "void"))
_METHODS: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {PluginBenefit: ("give", "describe"), PluginCondition: ("keep",), PluginSelection: ("choose", "describe")}
)
_OPEN_NAMES: Final = frozenset({"plugin", "turn", "looks_back"})
_MAX_NAME: Final = 60
_MAX_DIGITS: Final = 12


class RegistrationRefused(Exception):
    """Raised while loading a plugin that the host cannot take; the text says why and what would be taken."""


@frozen
class Registered:
    """An object that a plugin registered: the name it is chosen by, and the plugin it belongs to."""

    name: str
    plugin: GuardedPlugin


@frozen
class RegisteredGateway(Registered):
    """A gateway with the capabilities that it declared when it was registered."""

    gateway: PaymentGateway
    capabilities: Mapping[GatewayCapability, Support]

    def supports(self, capability: GatewayCapability) -> bool:
        """Return whether ``capability`` is declared, with or without restrictions."""
        return _supports(self.capabilities, capability)


@frozen
class RegisteredEngine(Registered):
    """A tax engine; ``digits`` are the decimals of its amounts, None for the currency's own."""

    engine: TaxEngine
    digits: int | None


@frozen
class RegisteredRule(Registered):
    """A fraud rule."""

    rule: FraudRule


@frozen
class RegisteredPart(Registered):
    """A class of benefits, conditions or selections that price books may name."""

    part: PartClass


def gateway_of(gateway: PaymentGateway, plugin: GuardedPlugin) -> RegisteredGateway:
    """Return ``gateway`` as the host keeps it.

    Raises:
        RegistrationRefused: it lacks a name of its own, the minimum of operations, or a method that it declares.

    """
    name = _named(gateway, "name", "gateway")
    if name == GIFT_CARD_GATEWAY:
        raise RegistrationRefused(f"a gateway called {name!r} is the installation's own; accepted: another name")
    declared = gateway.capabilities
    if not _is_table(declared):
        raise RegistrationRefused(f"gateway {name}: capabilities have to map GatewayCapability to Support")
    capabilities = MappingProxyType(dict(declared))
    offered = [each for each in _OPERATIONS if _supports(capabilities, each)]
    sells = GatewayCapability.CHARGE in offered or {GatewayCapability.AUTHORIZE, GatewayCapability.CAPTURE} <= {
        *offered
    }
    if not sells or GatewayCapability.REFUND not in offered:
        told = ", ".join(each.value for each in offered) or "nothing"
        accepted = "refund, and charge or authorize with capture"
        raise RegistrationRefused(f"gateway {name} offers {told}; accepted: {accepted}")
    for operation in (*(each.value for each in offered), "query"):
        _check_method(gateway, operation, f"gateway {name}")
        if getattr(type(gateway), operation, None) is getattr(GatewayBase, operation, _OPERATIONS):
            raise RegistrationRefused(f"gateway {name} declares {operation} and does not override it")
    return RegisteredGateway(name, plugin, gateway, capabilities)


def engine_of(engine: TaxEngine, plugin: GuardedPlugin) -> RegisteredEngine:
    """Return ``engine`` as the host keeps it.

    Raises:
        RegistrationRefused: it lacks a name or ``quote``, or its ``digits`` are not 0 to 12.

    """
    name = _named(engine, "name", "tax engine")
    _check_method(engine, "quote", f"tax engine {name}")
    digits = getattr(engine, "digits", None)
    if digits is not None and (type(digits) is not int or not 0 <= digits <= _MAX_DIGITS):
        raise RegistrationRefused(f"tax engine {name}: digits have to be an int from 0 to {_MAX_DIGITS}")
    return RegisteredEngine(name, plugin, engine, digits)


def rule_of(rule: FraudRule, plugin: GuardedPlugin) -> RegisteredRule:
    """Return ``rule`` as the host keeps it.

    Raises:
        RegistrationRefused: it lacks an id or ``assess``.

    """
    name = _named(rule, "id", "fraud rule")
    _check_method(rule, "assess", f"fraud rule {name}")
    return RegisteredRule(name, plugin, rule)


def part_of(part: Any, plugin: GuardedPlugin) -> RegisteredPart:
    """Return ``part`` as the host keeps it.

    Raises:
        RegistrationRefused: it is no attrs class of one of the bases, does not say its plugin, lacks a method of
            its base, overrides another, or has a field that no file can hold.

    """
    base = next((each for each in _METHODS if isinstance(part, type) and issubclass(part, each)), None)
    if base is None or part is base:
        given = getattr(part, "__name__", type(part).__name__)
        accepted = "a class of PluginBenefit, PluginCondition or PluginSelection"
        raise RegistrationRefused(f"{given} is no offer part; accepted: {accepted}")
    what = f"offer part {part.__name__}"
    if part.plugin != plugin.info.id:
        raise RegistrationRefused(f"{what}: its plugin is {part.plugin!r}; accepted: {plugin.info.id!r}")
    _check_overrides(part, base, what)
    _check_fields(part, what)
    return RegisteredPart(part.tag(), plugin, part)


def _check_overrides(part: Any, base: type, what: str) -> None:
    if type(getattr(part, "turn", 1)) is not int:
        raise RegistrationRefused(f"{what}: turn is {part.turn!r}; accepted: a whole number")
    if base is PluginCondition and type(part.looks_back) is not bool:
        raise RegistrationRefused(f"{what}: looks_back is {part.looks_back!r}; accepted: True or False")
    for name in _METHODS[base]:
        if _declared(part, name) is _declared(base, name):
            raise RegistrationRefused(f"{what} has no method {name} of its own")
        _check_method(part, name, what)
    open_names = {*_METHODS[base], *_OPEN_NAMES}
    for name in dir(base):
        if name.startswith("__") or name in open_names:
            continue
        if _declared(part, name) is not _declared(base, name):
            accepted = ", ".join(_METHODS[base])
            raise RegistrationRefused(f"{what} overrides {name}; accepted: {accepted} and names of its own")


def _check_fields(part: type, what: str) -> None:
    if "__attrs_attrs__" not in vars(part):
        raise RegistrationRefused(f"{what} is no frozen attrs class; accepted: a class with @attrs.frozen")
    try:
        check_shape(part)
    except UnsupportedShape as error:
        raise RegistrationRefused(f"{what}: {error}") from error
    if TAG in {each.name for each in attrs.fields(part)}:
        raise RegistrationRefused(f"{what} has a field called {TAG!r}, which is the tag")


def _declared(cls: type, name: str) -> object:
    return next((vars(each)[name] for each in cls.__mro__ if name in vars(each)), None)


def _is_table(declared: object) -> bool:
    return isinstance(declared, Mapping) and all(
        type(each) is GatewayCapability and type(support) is Support for each, support in declared.items()
    )


def _supports(capabilities: Mapping[GatewayCapability, Support], capability: GatewayCapability) -> bool:
    support = capabilities.get(capability)
    return support is not None and support.level is not SupportLevel.NO


def _named(thing: object, attribute: str, what: str) -> str:
    name = getattr(thing, attribute, None)
    if type(name) is not str or not name or len(name) > _MAX_NAME or name != name.strip() or not name.isprintable():
        accepted = f"text of 1 to {_MAX_NAME} printable characters"
        raise RegistrationRefused(
            f"a {what} of class {type(thing).__name__} has no usable {attribute}; accepted: {accepted}"
        )
    return name


def _check_method(thing: object, name: str, what: str) -> None:
    method = getattr(thing, name, None)
    if not callable(method):
        raise RegistrationRefused(f"{what} has no method {name}")
    if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
        raise RegistrationRefused(f"{what}: {name} is asynchronous; accepted: a plain method")
