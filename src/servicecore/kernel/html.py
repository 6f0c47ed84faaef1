"""HTML of explanations for notebooks: tables that fold, every text escaped, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_RIGHT: Final = ' style="text-align:right;white-space:nowrap"'
_LEFT: Final = ' style="text-align:left"'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], figures: int) -> str:
    """Return a table; the first ``figures`` columns hold figures and stand to the right."""
    shown = [_row("th", head, figures)] if any(head) else []
    shown.extend(_row("td", row, figures) for row in rows)
    return f"<table>{''.join(shown)}</table>"


def folded(summary: str, inside: str, *, unfolded: bool = False) -> str:
    """Return ``inside``, which is HTML, under a line of text that unfolds it."""
    state = " open" if unfolded else ""
    return f"<details{state}><summary>{escape(summary)}</summary>{inside}</details>"


def document(locale: str, parts: Iterable[str]) -> str:
    """Return the ``parts``, which are HTML, as one block in the language of ``locale``."""
    language = escape(locale.replace("_", "-"))
    return f'<div lang="{language}">{"".join(parts)}</div>'


def _row(cell: str, texts: Sequence[str], figures: int) -> str:
    cells = (
        f"<{cell}{_RIGHT if place < figures else _LEFT}>{escape(text)}</{cell}>" for place, text in enumerate(texts)
    )
    return f"<tr>{''.join(cells)}</tr>"
