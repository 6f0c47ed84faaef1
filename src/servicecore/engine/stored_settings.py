"""Settings that an import leaves in the store, so that every later process on it prices and taxes alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve
from pydantic import ValidationError

from servicecore.engine.settings import Settings
from servicecore.errors import Refused
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.plugins.settings import PluginSettings
from servicecore.storage.ports import Store

_KEY: Final = "settings:rate-table"
_ENGINE: Final = "rate-table"


def save_tax_rates(store: Store, rates: Mapping[str, Any]) -> bool:
    """Keep the settings of the rate-table tax engine in ``store``; return whether they differ from before.

    Raises:
        Refused: the settings are wrong, with every field.

    """
    try:
        RateTableSettings.model_validate(rates)
    except ValidationError as error:
        raise Refused(
            tuple(
                NOT_ACCEPTED.at(f"tax.{'.'.join(map(str, each['loc']))}", value=each["type"], accepted=each["msg"])
                for each in error.errors(include_url=False, include_input=False)
            )
        ) from None
    text = json.dumps(rates, sort_keys=True)
    with store.transaction() as transaction:
        before = transaction.get(_KEY)
        if before != text:
            transaction.put(_KEY, text)
    return before != text


def load_settings(store: Store) -> Settings:
    """Return the default settings with what the store keeps put in."""
    settings = Settings()
    with store.reading() as reader:
        text = reader.get(_KEY)
    if text is None:
        return settings
    return evolve(settings, plugins=PluginSettings(plugins={_ENGINE: json.loads(text)}))
