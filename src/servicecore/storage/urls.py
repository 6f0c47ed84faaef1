"""Store URLs: which database to open, and how."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind

URL_NOT_ACCEPTED: Final = ProblemKind(
    "storage.url_not_accepted",
    en="{value} names no store; accepted: {accepted}",
    it="{value} non indica alcun archivio; valori ammessi: {accepted}",
    de="{value} bezeichnet keinen Speicher; zulässig: {accepted}",
)
MEMORY: Final = "memory:"
_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
_FORMS: Final = (
    "memory:, sqlite:///shop.db (a relative path), sqlite:////data/shop.db (an absolute path), "
    "postgresql://user@host/database"
)
_SYNCHRONOUS: Final = ("full", "normal", "off")
_LONGEST_WAIT: Final = 3600
_MOST_CONNECTIONS: Final = 1000
_LONGEST_NAME: Final = 63


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


@frozen
class PostgresUrl:
    """A PostgreSQL database and how to use it.

    Attributes:
        address: the URL as the driver takes it, with a password where it has one.
        schema: the schema of the database in which the tables are.
        timeout: seconds to wait for a connection, and for a row that another unit of work has changed.
        pool: how many connections this process opens at most.
        shown: host and database, for people.

    """

    address: str = field(repr=False)
    schema: str = "servicecore"
    timeout: float = 5.0
    pool: int = 10
    shown: str = ""


def parse_url(url: str) -> SqliteUrl | PostgresUrl | None:
    """Return what ``url`` says: a SQLite file, a PostgreSQL database, or None for ``memory:``.

    Options follow a question mark: ``sqlite:///shop.db?synchronous=normal&timeout=30`` (seconds),
    ``postgresql://me@host/shop?schema=sales&pool=20&timeout=30``. PostgreSQL takes those of its driver as well
    (``sslmode``, ``application_name``).

    Raises:
        InvalidValue: ``storage.url_not_accepted``, or ``value.not_accepted`` for an option.

    """
    if url == MEMORY:
        return None
    address, _, query = url.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if address.startswith(_POSTGRES) and "\0" not in url:
        return _postgres(address, options)
    path = unquote(address.removeprefix(_SQLITE))
    if not address.startswith(_SQLITE) or not path or "\0" in path:
        raise URL_NOT_ACCEPTED.error("url", value=repr(_shown(url)), accepted=_FORMS)
    synchronous = options.pop("synchronous", "full").lower()
    if synchronous not in _SYNCHRONOUS:
        raise NOT_ACCEPTED.error("url.synchronous", value=repr(synchronous), accepted=", ".join(_SYNCHRONOUS))
    timeout = _seconds(options.pop("timeout", "5"))
    if options:
        raise NOT_ACCEPTED.error("url", value=repr(min(options)), accepted="the options synchronous and timeout")
    return SqliteUrl(path, synchronous, timeout)


def _postgres(address: str, options: dict[str, str]) -> PostgresUrl:
    schema = options.pop("schema", "servicecore")
    if not schema or len(schema.encode()) > _LONGEST_NAME:
        raise NOT_ACCEPTED.error("url.schema", value=repr(schema), accepted="a name of 1 to 63 bytes")
    timeout = _seconds(options.pop("timeout", "5"))
    pool = options.pop("pool", "10")
    if not (pool.isascii() and pool.isdigit() and 1 <= int(pool) <= _MOST_CONNECTIONS):
        raise NOT_ACCEPTED.error("url.pool", value=repr(pool), accepted=f"connections from 1 to {_MOST_CONNECTIONS}")
    host, slash, database = address.rpartition("@")[2].rpartition("://")[2].partition("/")
    return PostgresUrl(
        f"{address}?{urlencode(options, quote_via=quote)}" if options else address,
        schema,
        timeout,
        int(pool),
        f"{host}{slash}{database}" or "the local PostgreSQL server",
    )


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
