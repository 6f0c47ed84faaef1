"""Documents: what a customer gets to read, as text, HTML and PDF, in English, Italian and German."""

from servicecore.documents.formats import Formats, formats_for
from servicecore.documents.invoice_document import RenderedDocument, render_invoice

__all__ = ["Formats", "RenderedDocument", "formats_for", "render_invoice"]
