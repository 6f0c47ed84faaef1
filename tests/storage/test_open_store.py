from __future__ import annotations

from pathlib import Path

import pytest

from servicecore.errors import InvalidValue
from servicecore.storage.memory import MemoryStore
from servicecore.storage.open_store import open_store
from servicecore.storage.urls import PostgresUrl, SqliteUrl, parse_url


def test_memory_is_a_store_without_a_file() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite:///shop.db", SqliteUrl("shop.db")),
        ("sqlite:////data/shop.db", SqliteUrl("/data/shop.db")),
        ("sqlite:///a%20b.db", SqliteUrl("a b.db")),
        ("sqlite:///shop.db?synchronous=NORMAL&timeout=0.5", SqliteUrl("shop.db", "normal", 0.5)),
        (
            "postgresql://me:secret@db.example.org:5433/shop?sslmode=require",
            PostgresUrl(
                "postgresql://me:secret@db.example.org:5433/shop?sslmode=require", shown="db.example.org:5433/shop"
            ),
        ),
        (
            "postgres:///shop?host=/run/a b&schema=sales&pool=3&timeout=0.5",
            PostgresUrl("postgres:///shop?host=%2Frun%2Fa%20b", "sales", 0.5, 3, "/shop"),
        ),
        ("postgresql://", PostgresUrl("postgresql://", shown="the local PostgreSQL server")),
    ],
)
def test_a_url_says_file_and_settings(url: str, place: SqliteUrl) -> None:
    assert parse_url(url) == place


@pytest.mark.parametrize(
    ("url", "path", "accepted"),
    [
        ("", "url", "sqlite:///shop.db"),
        ("shop.db", "url", "sqlite:///shop.db"),
        ("sqlite://shop.db", "url", "sqlite:///shop.db"),
        ("sqlite:///", "url", "sqlite:///shop.db"),
        ("mysql://me:secret@host/shop", "url", "memory:"),
        ("sqlite:///shop.db?synchronous=maybe", "url.synchronous", "full, normal, off"),
        ("sqlite:///shop.db?timeout=long", "url.timeout", "seconds"),
        ("sqlite:///shop.db?timeout=-1", "url.timeout", "seconds"),
        ("sqlite:///shop.db?timeout=NaN", "url.timeout", "seconds"),
        ("sqlite:///shop.db?cache=1", "url", "synchronous and timeout"),
        ("postgresql://me:secret@host/shop?pool=0", "url.pool", "from 1 to 1000"),
        ("postgresql://me:secret@host/shop?pool=some", "url.pool", "from 1 to 1000"),
        ("postgresql://me:secret@host/shop?schema=", "url.schema", "1 to 63 bytes"),
        ("postgresql://me:secret@host/shop?timeout=long", "url.timeout", "seconds"),
        ("postgresql://me:secret@host/shop?colour=red", "url", "the driver understands"),
        ("postgresql://me:secret@ho st/shop", "url", "the driver understands"),
        ("postgresql://me:secret%zz@host/shop", "url", "the driver understands"),
    ],
)
def test_any_other_url_is_refused_with_the_accepted_forms_and_without_its_password(
    url: str, path: str, accepted: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        open_store(url)

    assert caught.value.problem.path == path
    assert accepted in (caught.value.problem.param("accepted") or "")
    assert "secret" not in str(caught.value)


def test_a_relative_path_is_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///shop.db").close()

    assert (tmp_path / "shop.db").exists()


def test_an_address_is_never_shown_with_its_password() -> None:
    assert "secret" not in repr(parse_url("postgresql://me:secret@host/shop?password=secret"))
