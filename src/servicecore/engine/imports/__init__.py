"""Import: a folder of files becomes customers, items, a price book and recorded orders."""

from servicecore.engine.imports.import_folder import Progress, import_folder
from servicecore.engine.imports.report import BadRow, ImportReport, SourceReport

__all__ = ["BadRow", "ImportReport", "Progress", "SourceReport", "import_folder"]
