from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from keyvalue_store import KeyValueStore

from servicecore.storage.ports import Store, StoreBroken, StoreUnavailable
from servicecore.testing.stores import BaseStoreContract
from servicecore.testing.stores.changes import change, write


class TestKeyValueStore(BaseStoreContract):
    def make_store(self, tmp_path: Path) -> Store:
        return KeyValueStore(tmp_path / "shop.kv")


def test_an_unfinished_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "shop.kv"
    store = KeyValueStore(path)
    write(store, change("a"))
    whole = path.read_bytes()
    write(store, change("b"), change("c"))
    store.close()
    for size in range(len(whole), path.stat().st_size, 7):
        copy = tmp_path / f"{size}.kv"
        copy.write_bytes(path.read_bytes()[:size])
        with closing(KeyValueStore(copy)) as again:
            assert [logged.id for logged in again.log()] == ["a"]
            write(again, change("d"))
        with closing(KeyValueStore(copy)) as again:
            assert [logged.id for logged in again.log()] == ["a", "d"]


def test_a_damaged_line_is_a_broken_store_and_a_second_process_is_kept_out(tmp_path: Path) -> None:
    path = tmp_path / "shop.kv"
    store = KeyValueStore(path)
    write(store, change("a"))
    write(store, change("b"))
    with pytest.raises(StoreUnavailable, match="another process"):
        KeyValueStore(path)
    store.close()
    path.write_bytes(path.read_bytes().replace(b"kit.happened", b"kit.hoppened", 1))

    with pytest.raises(StoreBroken, match="after byte 0"):
        KeyValueStore(path)
