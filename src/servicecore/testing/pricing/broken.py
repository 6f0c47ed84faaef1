"""How a broken property is told: the cart, what is wrong, and the explanations side by side."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import indent, wrap
from typing import Final

from servicecore.pricing import Quote
from servicecore.testing.pricing.names import PROPERTIES
from servicecore.testing.pricing.visit import Visit

_WIDTH: Final = 66


class PropertyBroken(AssertionError):
    """Raised where a property does not hold.

    Attributes:
        number: of the property.
        why: what differs, in one sentence.
        visit: the cart and instant that show it.
        quotes: the quotes that are compared, each with its title; none, one or two.

    """

    def __init__(self, number: int, why: str, visit: Visit, **quotes: Quote) -> None:
        super().__init__(number, why, visit, quotes)
        self.number = number
        self.why = why
        self.visit = visit
        self.quotes = {title.replace("_", " "): quote for title, quote in quotes.items()}

    def __str__(self) -> str:
        parts = [f"property {self.number}, {PROPERTIES[self.number]}", f"broken: {self.why}"]
        parts.append(f"cart:\n{indent(self.visit.text(), '  ')}")
        texts = [(title, quote.explain()) for title, quote in self.quotes.items()]
        if len(texts) == 1:
            parts.append(f"{texts[0][0]}:\n{indent(texts[0][1], '  ')}")
        elif texts:
            parts.append(side_by_side(texts[0], texts[1]))
        return "\n\n".join(parts)


def side_by_side(left: tuple[str, str], right: tuple[str, str], width: int = _WIDTH) -> str:
    """Return two titled texts as two columns; a ``*`` between them marks the lines that differ."""
    rows = [(left[0], right[0]), ("-" * width, "-" * width)]
    rows += zip_longest(left[1].split("\n"), right[1].split("\n"), fillvalue="")
    lines: list[str] = []
    for place, (one, other) in enumerate(rows):
        mark = "|" if place < 2 or one == other else "*"  # noqa: PLR2004 - title and rule
        for first, second in zip_longest(_wrapped(one, width), _wrapped(other, width), fillvalue=""):
            lines.append(f"{first:<{width}} {mark} {second}".rstrip())
    return "\n".join(lines)


def _wrapped(line: str, width: int) -> list[str]:
    return wrap(line, width, subsequent_indent=" " * 18, drop_whitespace=False, break_on_hyphens=False) or [""]
