"""The invoice as the customer gets it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from servicecore.billing import Invoice, InvoiceCharge, InvoiceKind, InvoiceLine
from servicecore.customers import Address
from servicecore.documents import formats_for, render_invoice
from servicecore.documents.labels import LABELS
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money


def _eur(amount: str) -> Money:
    return Money(amount, "EUR")


INVOICE = Invoice(
    id="V-1",
    kind=InvoiceKind.SHIPMENT,
    source="O-1/shipment/1",
    customer="C-1",
    currency="EUR",
    at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    lines=(InvoiceLine(1, "Caffè <b>in grani</b>", Decimal(12), _eur("1232.20"), _eur("271.08")),),
    charges=(InvoiceCharge("freight", _eur("9.50"), _eur("2.09")),),
    order="O-1",
)
BAR = Address("Bar Centrale", "Via Roma 1", "Parma", "IT", "43121")


def test_the_text_adds_up_in_the_readers_formats() -> None:
    """1232.20 + 9.50 = 1241.70 net, 271.08 + 2.09 = 273.17 tax, together 1514.87; nothing is paid yet."""
    text = render_invoice(INVOICE, seller="Bottega", address=BAR, locale="it", zone="Europe/Rome").text
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Fattura V-1" in plain
    assert "2 marzo 2026" in plain  # 23:30 UTC is already the next day in Rome
    for amount in ("1.241,70 €", "273,17 €", "1.514,87 €"):
        assert amount in plain
    assert "Via Roma 1\n43121 Parma\nIT" in plain


def test_the_page_escapes_what_comes_from_outside() -> None:
    """A description with markup is shown as text; whoever names an item cannot write into the page."""
    html = render_invoice(INVOICE, seller="Bottega & Co").html
    assert "Caffè &lt;b&gt;in grani&lt;/b&gt;" in html
    assert "Bottega &amp; Co" in html
    assert '<html lang="en">' in html


def test_the_pdf_is_a_pdf_and_the_same_each_time() -> None:
    one, other = (render_invoice(INVOICE, seller="Bottega", locale="de_DE").pdf for _ in range(2))
    assert one.startswith(b"%PDF-")
    assert one == other


def test_a_contract_period_says_its_days_and_when_it_is_payable() -> None:
    """The last day is the one before the next period begins."""
    period = evolve(
        INVOICE,
        kind=InvoiceKind.CONTRACT_PERIOD,
        order="",
        contract="M-1",
        period_start=date(2026, 1, 31),
        period_end=date(2026, 2, 28),
        due=date(2026, 3, 2),
    )
    text = render_invoice(period, seller="Bottega", locale="de").text
    assert "31. Januar 2026 bis 27. Februar 2026" in text
    assert "Zahlbar bis" in text
    assert "M-1" in text


def test_a_credit_note_names_what_it_corrects() -> None:
    note = evolve(INVOICE, kind=InvoiceKind.CREDIT_MEMO, corrects="V-0")
    assert "Credit note V-1" in render_invoice(note, seller="Bottega").text
    assert "V-0" in render_invoice(note, seller="Bottega").text


def test_a_unit_price_keeps_its_four_decimals() -> None:
    assert formats_for("de").money(_eur("0.1234")).startswith("0,1234")


@pytest.mark.parametrize("locale", ["fr", "", "nonsense"])
def test_another_language_is_refused_by_name(locale: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        formats_for(locale)
    assert refused.value.problem.code == "documents.unknown_locale"
    assert "en, it, de" in str(refused.value)


def test_every_label_is_there_in_three_languages() -> None:
    for name, text in LABELS.items():
        assert all((text.en, text.it, text.de)), name


def test_a_charge_of_a_line_names_its_goods() -> None:
    charge = InvoiceCharge("engraving", _eur("4.50"), _eur("0.99"), line=INVOICE.lines[0].number)
    shown = render_invoice(evolve(INVOICE, charges=(charge,)), seller="Shop")
    assert f"engraving: {INVOICE.lines[0].description}" in shown.text
