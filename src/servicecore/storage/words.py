"""Cuts text into the words that search compares: whole words, without case and accents, the same in every store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` in order: letters and digits only, folded (``Größe-L`` is ``grosse``, ``l``)."""
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(each for each in parts if not unicodedata.combining(each))
    return tuple(_WORD.findall(plain.casefold()))


def indexed_words(indexes: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the words of all index values, by index name."""
    return tuple(word for name in sorted(indexes) for value in indexes[name] for word in words_of(value))
