"""Phrases: what problems and steps say in their parameters, in the language of whoever reads them.

Parameters are kept as text, in English, so that stored explanations stay as they are; a reader's language is found when
a sentence is made. What stands in no row is a value (an id, a code, an amount) and is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from servicecore.kernel.phrase_table import PHRASES
from servicecore.kernel.phrases_of_billing import BILLING_PHRASES
from servicecore.kernel.phrases_of_campaigns import CAMPAIGN_PHRASES
from servicecore.kernel.phrases_of_installations import INSTALLATION_PHRASES
from servicecore.kernel.phrases_of_orders import ORDER_PHRASES
from servicecore.kernel.phrases_of_prices import PRICE_PHRASES
from servicecore.kernel.phrases_of_service import SERVICE_PHRASES
from servicecore.kernel.phrases_of_values import VALUE_PHRASES

ALL_PHRASES: Final = (
    *PHRASES,
    *PRICE_PHRASES,
    *ORDER_PHRASES,
    *BILLING_PHRASES,
    *SERVICE_PHRASES,
    *CAMPAIGN_PHRASES,
    *INSTALLATION_PHRASES,
    *VALUE_PHRASES,
)
"""Every phrase of every room."""
_SPOKEN: Final = frozenset({"accepted", "cause", "rounding", "source", "target", "terms", "why"})
_SPOKEN_VALUES: Final = frozenset([row[0] for row in VALUE_PHRASES])
_HOLES: Final = {
    "{}": r"(\S+(?: (?:[A-Z]{3}|%))?)",
    "{ids}": r"(\S+(?:, \S+)*)",
    "{any}": r"(.+?)",
    "{mode}": r"(?P<mode>half_up|half_even|half_down|up|down|ceiling|floor)",
}
_MODES: Final = {
    "half_up": ("", "con la metà per eccesso", "kaufmännisch"),
    "half_even": ("", "con la metà alla cifra pari", "mit der Hälfte zur geraden Ziffer"),
    "half_down": ("", "con la metà per difetto", "mit der Hälfte zur Null hin"),
    "up": ("", "lontano dallo zero", "von der Null weg"),
    "down": ("", "verso lo zero", "zur Null hin"),
    "ceiling": ("", "per eccesso", "aufwärts"),
    "floor": ("", "per difetto", "abwärts"),
}
_HOLE: Final = re.compile(r"\{\w*\}")
_COLUMN: Final = {"it": 1, "de": 2}


def in_language(phrase: str, locale: str) -> str:
    """Return ``phrase``, in English, in the language of ``locale`` (a region is ignored); as it is where no row has it.

    What stands between semicolons is looked up part by part.
    """
    column = _COLUMN.get(locale.replace("-", "_").split("_")[0])
    return phrase if column is None else _said(phrase, column)


def spoken(params: Iterable[tuple[str, str]], locale: str) -> dict[str, str]:
    """Return the parameters of a sentence, those that hold phrases in the language of ``locale``."""
    return {
        name: in_language(text, locale) if name in _SPOKEN or text in _SPOKEN_VALUES else text for name, text in params
    }


def _said(phrase: str, column: int) -> str:
    row = _EXACT.get(phrase)
    if row is not None:
        return row[column]
    for pattern, each in _patterns():
        match = pattern.fullmatch(phrase)
        if match is not None:
            mode = match.re.groupindex.get("mode")
            parts = enumerate(match.groups(), 1)
            said = [_MODES[part][column] if place == mode else _said(part, column) for place, part in parts]
            return each[column].format(*said)
    for comma in ("; ", ", "):
        if comma in phrase:
            return comma.join([_said(part, column) for part in phrase.split(comma)])
    return phrase


def _pattern(english: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in _HOLE.split(english)]
    holes = [_HOLES[hole] for hole in _HOLE.findall(english)]
    return re.compile("".join(part + hole for part, hole in zip(parts, [*holes, ""], strict=True)))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, str, str]], ...]:
    """Return the phrases with holes; compiled when somebody reads Italian or German, which most processes never do."""
    return tuple([(_pattern(row[0]), row) for row in sorted(ALL_PHRASES, key=_rank) if "{" in row[0]])


def _rank(row: tuple[str, str, str]) -> tuple[int, bool]:
    """Return what sorts the longest phrases first, of equal ones those of which a hole takes less."""
    return (-len(_HOLE.sub("", row[0])), "{mode}" not in row[0])


_EXACT: Final = {row[0]: row for row in ALL_PHRASES if "{" not in row[0]}
