"""Price details as HTML for a notebook: the waterfall, the price rows, what is missed, what was paid before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from servicecore.kernel import html
from servicecore.kernel.problems import Text

if TYPE_CHECKING:
    from servicecore.pricing.price_details import PriceDetails

_BEFORE: Final = Text("before", "prima", "vorher")
_AFTER: Final = Text("after", "dopo", "nachher")
_BY: Final = Text("by", "da", "durch")
_WHY: Final = Text("why", "perché", "warum")
_PRICE: Final = Text("price", "prezzo", "Preis")
_LIST: Final = Text("price list", "listino", "Preisliste")
_STANDS: Final = Text("stands", "vale", "gilt")
_AGREEMENTS: Final = Text("price rows considered", "righe di listino considerate", "geprüfte Preiszeilen")
_POTENTIAL: Final = Text("potential discounts", "sconti possibili", "mögliche Rabatte")
_HISTORY: Final = Text("prices paid before", "prezzi pagati in precedenza", "früher bezahlte Preise")


def details_html(details: PriceDetails, locale: str = "en") -> str:
    """Return ``details`` as HTML: escaped, without script, one folding table for each part that there is."""
    head = tuple(each.render({}, locale) for each in (_BEFORE, _AFTER, _BY, _WHY))
    steps = ((str(each.before), str(each.after), each.id, each.text(locale)) for each in details.steps)
    title = f"{details.item}: {details.net}"
    parts = [html.folded(title, html.table(head, steps, figures=2), unfolded=True)]
    for name, columns, rows in (
        (_AGREEMENTS, (_PRICE, _LIST, _WHY), _agreements(details, locale)),
        (_POTENTIAL, (_PRICE, _BY, _WHY), _potential(details, locale)),
        (_HISTORY, (_PRICE, _BY), _history(details)),
    ):
        shown = list(rows)
        if shown:
            names = tuple(each.render({}, locale) for each in columns)
            parts.append(html.folded(name.render({}, locale), html.table(names, shown, figures=1)))
    return html.document(locale, parts)


def _agreements(details: PriceDetails, locale: str) -> Iterator[tuple[str, ...]]:
    for each in details.agreements:
        price = each.row.formula.text if each.row.formula is not None else str(each.row.amount)
        why = _STANDS.render({}, locale) if each.rejected is None else each.rejected.text(locale)
        yield (price, each.price_list, why)


def _potential(details: PriceDetails, locale: str) -> Iterator[tuple[str, ...]]:
    for each in details.potential:
        yield (str(-each.amount), each.offer, each.missing.text(locale))


def _history(details: PriceDetails) -> Iterator[tuple[str, ...]]:
    for each in details.history:
        yield (str(each.unit_price), f"{each.on.isoformat()}, {each.order}")
