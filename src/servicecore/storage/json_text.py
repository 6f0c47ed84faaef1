"""Canonical JSON text: keys sorted, no blanks, every character as itself; by the fastest that is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def standard_writer() -> Callable[[Any], str]:
    """Return the writer of the standard library; what it writes is what canonical means.

    A text that UTF-8 cannot hold makes it raise ``UnicodeEncodeError``, as it does every writer of this file.
    """
    encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

    def write(plain: Any) -> str:
        text = encode(plain)
        text.encode()
        return text

    return write


def fastest_writer() -> Callable[[Any], str]:
    """Return msgspec's writer where msgspec is installed, else that of the standard library.

    Both write the same bytes for whatever the codec makes: dicts with text keys, lists, text, whole numbers,
    booleans and None.
    """
    if find_spec("msgspec") is None:
        return standard_writer()
    encode: Callable[[Any], bytes] = import_module("msgspec.json").Encoder(order="sorted").encode
    return lambda plain: encode(plain).decode()


def fastest_reader() -> Callable[[str], Any]:
    """Return what reads as the reader of the standard library does, by msgspec where that is installed.

    Whatever msgspec does not take (a lone surrogate, a number beyond all floats) the standard library has the word on.
    """
    standard = standard_reader()
    if find_spec("msgspec") is None:
        return standard
    decode: Callable[[str], Any] = import_module("msgspec.json").Decoder().decode

    def read(text: str) -> Any:
        try:
            return decode(text)
        except Exception:  # noqa: BLE001 - its errors have no common class with those of the standard library
            return standard(text)

    return read


def standard_reader() -> Callable[[str], Any]:
    """Return the reader of the standard library; NaN and infinities are no JSON.

    It raises ``ValueError`` for what is none, ``TypeError`` for what is no text.
    """
    return json.JSONDecoder(parse_constant=_refuse_constant).decode


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
