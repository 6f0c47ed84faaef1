"""A quote as HTML for a notebook: the lines in a table, and below it every figure with its steps, folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from servicecore.kernel import html
from servicecore.kernel.problems import Text

if TYPE_CHECKING:
    from servicecore.pricing.quote import Quote, QuoteLine

_LINE: Final = Text("line", "riga", "Zeile")
_QUANTITY: Final = Text("quantity", "quantità", "Menge")
_PRICE: Final = Text("price", "prezzo", "Preis")
_DISCOUNT: Final = Text("discount", "sconto", "Rabatt")
_NET: Final = Text("net", "netto", "Netto")
_ITEM: Final = Text("item", "articolo", "Artikel")
_SUBTOTAL: Final = Text("sub-total", "imponibile", "Zwischensumme")
_TAX: Final = Text("tax", "imposta", "Steuer")
_TOTAL: Final = Text("total", "totale", "Gesamt")
_NOT_APPLIED: Final = Text("not applied: {count}", "non applicate: {count}", "nicht angewandt: {count}")
_REWARDS: Final = Text("after the order: {count}", "dopo l'ordine: {count}", "nach dem Auftrag: {count}")
_FIGURES: Final = 5


def quote_html(quote: Quote, locale: str = "en") -> str:
    """Return ``quote`` as HTML: escaped, without script, readable where nothing unfolds.

    Args:
        quote: the quote.
        locale: ``en``, ``it``, ``de``.

    """
    parts = [html.table(_head(locale), _rows(quote, locale), figures=_FIGURES)]
    parts.extend(line.explanation.html(locale) for line in quote.lines)
    parts.extend(charge.explanation.html(locale) for charge in quote.charges)
    parts.append(quote.explanation.html(locale))
    if quote.rewards:
        title = _REWARDS.render({"count": str(len(quote.rewards))}, locale)
        told = [(each.offer, each.text(locale)) for each in quote.rewards]
        parts.append(html.folded(title, html.table((), told, figures=0), unfolded=True))
    if quote.not_applied:
        reasons = [(each.rule, each.reason.text(locale)) for each in quote.not_applied]
        title = _NOT_APPLIED.render({"count": str(len(reasons))}, locale)
        parts.append(html.folded(title, html.table((), reasons, figures=0)))
    return html.document(locale, parts)


def _head(locale: str) -> tuple[str, ...]:
    return tuple(each.render({}, locale) for each in (_LINE, _QUANTITY, _PRICE, _DISCOUNT, _NET, _ITEM))


def _rows(quote: Quote, locale: str) -> Iterator[tuple[str, ...]]:
    for line in quote.lines:
        yield _line(line)
    totals = [(_SUBTOTAL.render({}, locale), quote.subtotal)]
    totals.extend((charge.id, charge.amount) for charge in quote.charges)
    totals.extend(((_TAX.render({}, locale), quote.tax), (_TOTAL.render({}, locale), quote.total)))
    for name, money in totals:
        yield ("", "", "", "", str(money), name)


def _line(line: QuoteLine) -> tuple[str, ...]:
    quantity = f"{line.quantity:f} {line.unit}"
    discount = str(-line.discount) if line.discounts else ""
    name = line.description or line.item
    return (str(line.number), quantity, str(line.unit_price), discount, str(line.net), name)
