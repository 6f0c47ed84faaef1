"""The example store passes the kit that it tells others to run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from servicecore.engine import ServiceCore
from servicecore.storage.ports import Store
from servicecore.testing.stores import BaseStoreContract

EXAMPLE = Path(__file__).parents[2] / "examples" / "stores" / "keyvalue"


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(EXAMPLE / "src")
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "keyvalue_store"]:
        del sys.modules[name]


def make(path: Path) -> Store:
    store: Store = import_module("keyvalue_store").KeyValueStore(path / "shop.kv")
    return store


class TestKeyValueStore(BaseStoreContract):
    examples = 10

    def make_store(self, tmp_path: Path) -> Store:
        return make(tmp_path)


@pytest.mark.parametrize("name", ["cut_off", "kept_out"])
def test_its_own_tests_pass(name: str, tmp_path: Path) -> None:
    spec = spec_from_file_location("test_keyvalue_store", EXAMPLE / "tests" / "test_keyvalue_store.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    (test,) = (getattr(module, each) for each in dir(module) if each.startswith("test_") and each.endswith(name))
    test(tmp_path)


def test_it_opens_as_an_installation(tmp_path: Path) -> None:
    with ServiceCore.open(make(tmp_path), autoload=False) as core:
        assert core.count("order") == 0
        assert list(core.verify()) == []
