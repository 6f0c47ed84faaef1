"""The invoice as the customer gets it: text, HTML and PDF, in the customer's language (E09, D12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from attrs import frozen
from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from servicecore.billing import Invoice, InvoiceCharge
from servicecore.customers import Address
from servicecore.documents.formats import Formats, formats_for
from servicecore.documents.labels import labels_in
from servicecore.documents.pdf import pdf_of
from servicecore.kernel.clock import local_date

_ONE_DAY: Final = timedelta(days=1)


@frozen
class Row:
    """One printed row: what, how much of it, and its amounts as text."""

    description: str
    quantity: str
    net: str
    tax: str


@frozen
class RenderedDocument:
    """A document in its three forms.

    Attributes:
        title: ``Fattura V-1``.
        text: for an e-mail.
        html: a whole page, everything from outside escaped.
        pdf: the bytes of a PDF file.

    """

    title: str
    text: str
    html: str
    pdf: bytes


def render_invoice(
    invoice: Invoice, *, seller: str, address: Address | None = None, locale: str = "en", zone: str = "UTC"
) -> RenderedDocument:
    """Return ``invoice`` as it is printed.

    Args:
        invoice: an invoice or a credit note.
        seller: the sender's line.
        address: where it goes; None leaves the block out.
        locale: language and formats: ``en``, ``it``, ``de``, with or without a region.
        zone: IANA zone of its date.

    Raises:
        InvalidValue: ``documents.unknown_locale``, ``time.unknown_zone``.

    """
    formats = formats_for(locale)
    values = _values(invoice, formats, zone) | {"seller": seller, "address": _address(address)}
    environment = SandboxedEnvironment(
        loader=PackageLoader("servicecore.documents"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        trim_blocks=True,
    )
    return RenderedDocument(
        title=f"{values['title']} {invoice.id}",
        text=environment.get_template("invoice.txt.j2").render(values),
        html=environment.get_template("invoice.html.j2").render(values),
        pdf=pdf_of(values),
    )


def _values(invoice: Invoice, formats: Formats, zone: str) -> dict[str, Any]:
    label = labels_in(formats.language)
    facts = [
        (label["number"], invoice.id),
        (label["date"], formats.day(local_date(invoice.at, zone))),
        (label["customer"], invoice.customer),
    ]
    if invoice.order:
        facts.append((label["order"], invoice.order))
    if invoice.contract:
        facts.append((label["contract"], invoice.contract))
    if invoice.period_start is not None and invoice.period_end is not None:
        last_day = invoice.period_end - _ONE_DAY
        span = f"{formats.day(invoice.period_start)} {label['to']} {formats.day(last_day)}"
        facts.append((label["period"], span))
    if invoice.due is not None:
        facts.append((label["due"], formats.day(invoice.due)))
    if invoice.corrects:
        facts.append((label["corrects"], invoice.corrects))
    rows = [
        Row(line.description, formats.quantity(line.quantity), formats.money(line.net), formats.money(line.tax))
        for line in invoice.lines
    ]
    goods = {line.number: line.description for line in invoice.lines}
    rows += [
        Row(_charge(each, goods), "", formats.money(each.net), formats.money(each.tax)) for each in invoice.charges
    ]
    totals = [(label[name], formats.money(getattr(invoice, name))) for name in ("net", "tax", "total", "paid", "open")]
    return {
        "invoice": invoice,
        "language": formats.language,
        "title": label[invoice.kind.value],
        "label": label,
        "facts": facts,
        "rows": rows,
        "totals": totals,
    }


def _charge(charge: InvoiceCharge, goods: Mapping[int, str]) -> str:
    return f"{charge.id}: {goods[charge.line]}" if charge.line in goods else charge.id


def _address(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = (address.name, *address.extra, address.street, town, address.region, address.country)
    return tuple(line for line in lines if line)
