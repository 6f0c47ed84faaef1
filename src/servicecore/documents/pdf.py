"""Drawing an invoice as a PDF, without any library of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fpdf import FPDF

_WIDTHS: Final = (88, 26, 34, 34)
_LINE: Final = 6


def pdf_of(values: Mapping[str, Any]) -> bytes:
    """Return the bytes of a PDF with the same content as the other forms of the document.

    The built-in fonts know the letters of Western Europe; what they lack is printed as a question mark, the euro
    sign as ``EUR``.
    """
    pdf = FPDF()
    pdf.set_title(f"{values['title']} {values['invoice'].id}")
    pdf.set_creation_date(values["invoice"].at)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    for line in (values["seller"], "", *values["address"], ""):
        _write(pdf, line)
    pdf.set_font("Helvetica", style="B", size=14)
    _write(pdf, f"{values['title']} {values['invoice'].id}")
    pdf.set_font("Helvetica", size=10)
    for name, value in values["facts"]:
        _write(pdf, f"{name}: {value}")
    label = values["label"]
    _row(pdf, (label["description"], label["quantity"], label["net"], label["tax"]))
    for row in values["rows"]:
        _row(pdf, (row.description, row.quantity, row.net, row.tax))
    _write(pdf, "")
    for name, value in values["totals"]:
        _row(pdf, (name, "", value, ""))
    return bytes(pdf.output())


def _write(pdf: FPDF, text: str) -> None:
    pdf.cell(0, _LINE, _printable(text), new_x="LMARGIN", new_y="NEXT")


def _row(pdf: FPDF, cells: tuple[str, ...]) -> None:
    for index, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True)):
        pdf.cell(width, _LINE, _printable(cell)[:48], align="L" if index == 0 else "R")
    pdf.ln(_LINE)


def _printable(text: str) -> str:
    known = text.replace("€", "EUR").replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return known.encode("latin-1", errors="replace").decode("latin-1")
