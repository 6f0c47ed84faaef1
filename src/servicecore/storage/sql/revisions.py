"""The revisions of the schema that this release knows."""

from __future__ import annotations

from typing import Final

REVISIONS: Final = ("0001",)
"""From the first to the newest; each has its migration."""

NEWEST: Final = REVISIONS[-1]

REVISION_TABLE: Final = "servicecore_schema"
"""The table whose one row says which revision a database has."""
