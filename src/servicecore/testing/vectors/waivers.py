"""The vectors that servicecore refuses on purpose, each with its reason, committed beside the runner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def load_waivers() -> Mapping[str, Mapping[str, str]]:
    """Return, by the name of the format, the ids of the refused vectors with the reason of each."""
    text = files("servicecore.testing.vectors").joinpath("waivers.json").read_text(encoding="utf-8")
    return MappingProxyType({name: MappingProxyType(reasons) for name, reasons in json.loads(text).items()})
