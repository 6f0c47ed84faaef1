"""A runner for the command line, a small tea shop in files, and a store that the demonstration filled."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner

from servicecore import ServiceCore
from servicecore.cli import main

TEA_SHOP = Path(__file__).parents[1] / "data" / "tea_shop"
GZIPPED = ("customers.jsonl", "order_lines.csv")


@frozen
class Answer:
    """What a command said: exit code, standard output, error stream."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the output, which must be one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Answer]


def invoke(*arguments: str | Path) -> Answer:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(main, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command in this process."""
    return invoke


@pytest.fixture(scope="session")
def run_program() -> Run:
    """Run a command as a program of its own; ``code`` is Python to run before it, ``env`` what it finds there."""

    def start(*arguments: str | Path, code: str = "", env: dict[str, str] | None = None) -> Answer:
        program = f"{code}\nfrom servicecore.cli import main\nmain()"
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=env,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return start


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine or of another test gets in."""
    monkeypatch.chdir(tmp_path)
    for name in ("SERVICECORE_STORE", "SERVICECORE_ACCEPTANCE", "SERVICECORE_PLUGINS_DISABLED"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tea_shop(tmp_path: Path) -> Path:
    """The tea shop's folder; two of its files are gzipped."""
    folder = tmp_path / "tea"
    shutil.copytree(TEA_SHOP, folder)
    for name in GZIPPED:
        plain = folder / name
        (folder / f"{name}.gz").write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
        plain.unlink()
    return folder


@pytest.fixture
def tea_store(tea_shop: Path, tmp_path: Path) -> str:
    """A store into which the tea shop was imported."""
    url = f"sqlite:///{tmp_path / 'tea.db'}"
    assert invoke("import", tea_shop, "--mapping", tea_shop / "mapping.yaml", "--store", url, "--quiet").code == 1
    return url


@pytest.fixture(scope="session")
def lived_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "shop.db"
    assert invoke("demo", "--keep", path, "--no-replay").code == 0
    return path


@pytest.fixture
def demo_store(lived_day: Path, tmp_path: Path) -> str:
    """A copy of the store that the demonstration leaves."""
    return f"sqlite:///{shutil.copy(lived_day, tmp_path / 'shop.db')}"


@pytest.fixture
def ids_of() -> Callable[[str, str], list[str]]:
    """The ids of everything of a kind in a store."""

    def ids(url: str, kind: str) -> list[str]:
        with ServiceCore.open(url) as core:
            return [document.id for document in core.runtime.store.documents(kind)]

    return ids
