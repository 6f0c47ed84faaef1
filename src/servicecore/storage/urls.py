"""Store URLs: which database to open, and how."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import parse_qsl, unquote

from attrs import frozen

from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind

URL_NOT_ACCEPTED: Final = ProblemKind(
    "storage.url_not_accepted",
    en="{value} names no store; accepted: {accepted}",
    it="{value} non indica alcun archivio; valori ammessi: {accepted}",
    de="{value} bezeichnet keinen Speicher; zulässig: {accepted}",
)
MEMORY: Final = "memory:"
_SQLITE: Final = "sqlite:///"
_FORMS: Final = "memory:, sqlite:///shop.db (a relative path), sqlite:////data/shop.db (an absolute path)"
_SYNCHRONOUS: Final = ("full", "normal", "off")
_LONGEST_WAIT: Final = 3600


@frozen
class SqliteUrl:
    """A SQLite file and how to use it.

    Attributes:
        path: of the file, relative to the working directory or absolute.
        synchronous: ``full`` (default): what was committed survives a power cut; ``normal``: the last commits may be
            lost in one, never half a commit; ``off``: for throw-away data.
        timeout: seconds to wait for another writer.

    """

    path: str
    synchronous: str = "full"
    timeout: float = 5.0


def parse_url(url: str) -> SqliteUrl | None:
    """Return what ``url`` says: a SQLite file, or None for ``memory:``.

    Options follow a question mark: ``sqlite:///shop.db?synchronous=normal&timeout=30`` (seconds).

    Raises:
        InvalidValue: ``storage.url_not_accepted``, or ``value.not_accepted`` for an option.

    """
    if url == MEMORY:
        return None
    address, _, query = url.partition("?")
    path = unquote(address.removeprefix(_SQLITE))
    if not address.startswith(_SQLITE) or not path or "\0" in path:
        raise URL_NOT_ACCEPTED.error("url", value=repr(_shown(url)), accepted=_FORMS)
    options = dict(parse_qsl(query, keep_blank_values=True))
    synchronous = options.pop("synchronous", "full").lower()
    if synchronous not in _SYNCHRONOUS:
        raise NOT_ACCEPTED.error("url.synchronous", value=repr(synchronous), accepted=", ".join(_SYNCHRONOUS))
    timeout = _seconds(options.pop("timeout", "5"))
    if options:
        raise NOT_ACCEPTED.error("url", value=repr(min(options)), accepted="the options synchronous and timeout")
    return SqliteUrl(path, synchronous, timeout)


def _shown(url: str) -> str:
    """Return ``url`` without a password."""
    before, at, after = url.rpartition("@")
    return f"{before.partition('://')[0]}://...@{after}" if at else url


def _seconds(text: str) -> float:
    try:
        seconds = Decimal(text)
        if 0 <= seconds <= _LONGEST_WAIT:
            return float(seconds)
    except InvalidOperation:
        pass
    raise NOT_ACCEPTED.error("url.timeout", value=repr(text), accepted=f"seconds from 0 to {_LONGEST_WAIT}")
