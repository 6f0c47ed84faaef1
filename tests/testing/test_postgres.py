"""The ladder to a PostgreSQL for tests: named, started, or missing with a reason; and nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from servicecore.testing import postgres as module
from servicecore.testing.postgres import NoServer, PostgresServer, program_folders, shared_server, start_server

_START = """
import os, sys
from servicecore.testing.postgres import start_server
server = start_server()
with server.session() as session:
    print(server.url, session.execute("SHOW data_directory").fetchone()[0], flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_named_server_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICECORE_TEST_POSTGRES", "postgresql://me@host/test")
    server = shared_server.__wrapped__()

    assert server == PostgresServer("postgresql://me@host/test")
    assert server.schema_url("a b") == "postgresql://me@host/test?schema=a%20b"
    assert PostgresServer("postgresql:///?user=me").schema_url("s") == "postgresql:///?user=me&schema=s"


def test_programs_that_do_not_work_are_named_with_their_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    tmp_path.chmod(0o755)
    for name in ("initdb", "pg_ctl"):
        (broken / name).write_text("#!/bin/sh\necho no room for initdb >&2\nexit 3\n")
        (broken / name).chmod(0o755)

    with pytest.raises(NoServer, match=r"broken: .*(no room for initdb|ermission)"):
        start_server((broken,))
    with pytest.raises(NoServer, match="nowhere"):
        start_server(())


def test_without_a_server_tests_are_skipped_with_the_reason_or_fail_where_one_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text(
        "from servicecore.testing import postgres\n"
        "from servicecore.testing.postgres import postgres_server, postgres_url\n"
        "postgres.program_folders = lambda: ()\n"
    )
    (tmp_path / "test_it.py").write_text("def test_it(postgres_url): raise AssertionError\n")

    def run() -> str:
        command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout

    monkeypatch.delenv(module.VARIABLE, raising=False)
    skipped = run()
    monkeypatch.setenv(module.VARIABLE, module.REQUIRED)
    failed = run()

    assert "no PostgreSQL: initdb is nowhere to be found; name one with SERVICECORE_TEST_POSTGRES" in skipped
    assert "1 skipped" in skipped
    assert "1 error" in failed


@pytest.mark.skipif(not program_folders(), reason="no PostgreSQL server programs on this machine")
@pytest.mark.parametrize(("durable", "wanted"), [(True, "on"), (False, "off")])
def test_commits_wait_for_the_disk_where_that_is_asked_for(durable: bool, wanted: str) -> None:
    with start_server(durable=durable).session() as session:
        assert session.execute("SHOW fsync").fetchone() == (wanted,)


@pytest.mark.skipif(not program_folders(), reason="no PostgreSQL server programs on this machine")
def test_a_killed_process_leaves_no_server_and_no_folder() -> None:
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, timeout=120, check=False)
    url, data = done.stdout.split()
    deadline = time.monotonic() + 30
    while Path(data).parent.exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert done.returncode == -9
    assert "user=servicecore" in url
    assert not Path(data).parent.exists()
