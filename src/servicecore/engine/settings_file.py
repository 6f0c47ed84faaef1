"""Settings as a file: the policies of an installation in YAML or JSON, every mistake named with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from attrs import asdict, frozen
from pydantic import ValidationError

from servicecore.billing import GiftCardPolicy
from servicecore.boundary.file_forms import as_written, strict, widened
from servicecore.boundary.mapping import load_plain
from servicecore.boundary.mistakes import BadFile, placed
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import schema_of
from servicecore.cases import CasePolicy
from servicecore.contracts import ContractPolicy
from servicecore.customers import CustomerPolicy
from servicecore.engine.settings import Settings
from servicecore.engine.work.retry_policy import RetryPolicy
from servicecore.kernel.authority import Authority
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.orders import OrderPolicy
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing.price_match import PriceMatchPolicy

_PLUGINS: Final = "plugins"
_USUAL: Final = Settings()


class BadSettings(BadFile):
    """Raised when a settings file says something that cannot be; names every mistake with its place."""

    code: ClassVar[str] = "boundary.bad_settings"


@frozen
class SettingsFile:
    """What a settings file may say beside ``plugins``; what it leaves out has the default of `Settings`."""

    authority: Authority = _USUAL.authority
    orders: OrderPolicy = _USUAL.orders
    cases: CasePolicy = _USUAL.cases
    contracts: ContractPolicy = _USUAL.contracts
    customers: CustomerPolicy = _USUAL.customers
    gift_cards: GiftCardPolicy = _USUAL.gift_cards
    price_match: PriceMatchPolicy = _USUAL.price_match
    tax_engine: str = _USUAL.tax_engine
    due_limit: int = _USUAL.due_limit
    retries: RetryPolicy = _USUAL.retries


def load_settings_file(path: Path | str) -> Settings:
    """Return the settings in a YAML or JSON file; decimals may be plain numbers, and money ``24.00 EUR``.

    ``plugins`` stands in the form of `PluginSettings`. A solver of best prices is an object, not a setting of a file.

    Raises:
        BadMapping: the file cannot be read or parsed.
        BadSettings: with every mistake: ``value.unknown_field``, ``value.missing_field``,
            ``boundary.wrong_field``, whatever the classes of the policies refuse, ``value.not_accepted`` for plugins.

    """
    file = Path(path)
    plain = load_plain(file)
    written = dict(plain) if isinstance(plain, dict) else plain
    plugins = _plugins(written.pop(_PLUGINS, {}) if isinstance(written, dict) else {})
    policies = Reader().read(SettingsFile, strict(SettingsFile, written))
    problems = [*(plugins if isinstance(plugins, tuple) else ()), *(policies if isinstance(policies, tuple) else ())]
    if problems or isinstance(plugins, tuple) or isinstance(policies, tuple):
        raise BadSettings(placed(file, map(as_written, problems)))
    return Settings(plugins=plugins, **asdict(policies, recurse=False))


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of settings files, for editors and for checks without Python."""
    schema: dict[str, Any] = widened(schema_of(SettingsFile, title="settings"))
    own = PluginSettings.model_json_schema(ref_template="#/$defs/plugins.{model}")
    definitions = {f"plugins.{name}": each for name, each in own.pop("$defs", {}).items()}
    schema["properties"][_PLUGINS] = own
    schema["$defs"] = {**schema.get("$defs", {}), **definitions}
    return schema


def _plugins(written: Any) -> PluginSettings | tuple[Problem, ...]:
    try:
        return PluginSettings.model_validate(written)
    except ValidationError as invalid:
        return tuple(
            NOT_ACCEPTED.at(".".join((_PLUGINS, *map(str, each["loc"]))), value=each["type"], accepted=each["msg"])
            for each in invalid.errors(include_url=False, include_input=False)
        )
