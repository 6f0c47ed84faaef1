"""Canonical JSON text: keys sorted, no blanks, every character as itself; by the fastest writer that is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def standard_writer() -> Callable[[Any], str]:
    """Return the writer of the standard library; what it writes is what canonical means."""
    return json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def fastest_writer() -> Callable[[Any], str]:
    """Return msgspec's writer where msgspec is installed, else that of the standard library.

    Both write the same bytes for whatever the codec makes: dicts with text keys, lists, text, whole numbers,
    booleans and None. A text that UTF-8 cannot hold makes this one raise ``UnicodeEncodeError`` at once.
    """
    if find_spec("msgspec") is None:
        return standard_writer()
    encode: Callable[[Any], bytes] = import_module("msgspec.json").Encoder(order="sorted").encode
    return lambda plain: encode(plain).decode()
