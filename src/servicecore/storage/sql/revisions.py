"""The revisions of the schema that this release knows."""

from __future__ import annotations

from typing import Final

from servicecore.storage.ports import StoreBroken

REVISIONS: Final = ("0001", "0002", "0003")
"""From the first to the newest; each has its migration."""

NEWEST: Final = REVISIONS[-1]

REVISION_TABLE: Final = "servicecore_schema"
"""The table whose one row says which revision a database has."""


def check_revision(found: str, name: str, url: str) -> None:
    """Take the newest revision only.

    Raises:
        StoreBroken: ``found`` is older, with the command that upgrades ``url``, or of a newer release.

    """
    if found == NEWEST:
        return
    if found in REVISIONS:
        raise StoreBroken(
            f"{name} has schema revision {found}, needed is {NEWEST}", hint=f"run servicecore db upgrade {url}"
        )
    raise unknown_revision(found, name)


def unknown_revision(found: str, name: str) -> StoreBroken:
    """Return what to raise for a revision that this release does not know."""
    return StoreBroken(
        f"{name} has schema revision {found}, known are {', '.join(REVISIONS)}",
        hint="it was written by a newer release of servicecore; install that one",
    )
