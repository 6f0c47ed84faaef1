"""The command line as a whole: the overview, what each exit code means, and JSON for every kind of failure."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from servicecore import __version__
from servicecore.cli import main
from servicecore.cli.main import ENTRIES

Run = Callable[..., Any]

ROOT = Path(__file__).parents[2]


def test_the_overview_has_one_line_a_command_and_the_exit_codes(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    for name, entry in ENTRIES.items():
        assert any(line.split() == [name, *entry.summary.split()] for line in answer.out.splitlines()), name
    for code in ("0  done", "1  done, and something", "2  called with wrong", "3  the environment is broken"):
        assert code in answer.out


def test_every_command_of_the_table_is_there_under_its_name() -> None:
    assert sorted(main.commands) == sorted(ENTRIES)
    assert {name: command.name for name, command in main.commands.items()} == {name: name for name in ENTRIES}


def test_version_and_overview_import_neither_the_engine_nor_rich(run_program: Run) -> None:
    """What is quick stays quick: nothing heavy is imported for the overview."""
    code = """
import atexit, sys
heavy = ("rich", "pydantic", "cattrs", "servicecore.engine", "servicecore.kernel")
atexit.register(lambda: print([name for name in heavy if name in sys.modules]))
"""
    for option in ("--version", "--help"):
        assert run_program(option, code=code).out.splitlines()[-1] == "[]"
    assert __version__ in run_program("--version").out


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_every_command_has_help(run: Run, name: str) -> None:
    answer = run(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: main {name}")


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(command, click.Group):
        return [leaf for name in command.commands for leaf in _leaves(command.commands[name], (*path, name))]
    return [path]


@pytest.mark.parametrize("path", _leaves(main), ids=" ".join)
def test_every_command_answers_in_json_also_when_it_is_called_wrongly(run: Run, path: tuple[str, ...]) -> None:
    answer = run(*path, "--json", "--no-such-option")
    assert answer.code == 2
    assert answer.json["error"]["code"] == "cli.usage"
    assert "--no-such-option" in answer.json["error"]["message"]
    assert run(*path, "--no-such-option").code == 2


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    assert run("nonsense").code == 2
    assert "nonsense" in run("nonsense", "--json").json["error"]["message"]
    assert run("plugins", "nonsense", "--json").code == 2


@pytest.mark.parametrize("command", [["run-due"], ["replay"], ["explain", "O-1"], ["verify"]], ids=" ".join)
def test_a_command_that_reads_does_not_make_a_database_of_a_mistyped_name(run: Run, command: list[str]) -> None:
    answer = run(*command, "--store", "sqlite:///mistyped.db", "--json")
    assert answer.code == 3
    assert answer.json["error"]["code"] == "storage.unavailable"
    assert "mistyped.db" in answer.json["error"]["message"]
    assert not Path("mistyped.db").exists()


def test_a_store_url_that_names_no_store_is_a_wrong_argument(run: Run) -> None:
    answer = run("run-due", "--store", "shop.db")
    assert answer.code == 2
    assert "sqlite:///shop.db" in answer.err, "it says what is accepted"
    assert run("verify", "shop.db", "--json").code == 2


def test_the_store_may_be_named_by_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICECORE_STORE", "sqlite:///from-environment.db")
    assert run("db", "upgrade", "--json").json["url"] == "sqlite:///from-environment.db"
    assert Path("from-environment.db").exists()


def test_a_file_that_is_no_database_is_a_broken_environment_and_stays_as_it_is(run: Run) -> None:
    text = "Dear diary, " * 100
    Path("diary.db").write_text(text, encoding="utf-8")
    answer = run("verify", "sqlite:///diary.db", "--json")
    assert answer.code == 3
    assert answer.json["error"]["code"] == "storage.broken"
    assert Path("diary.db").read_text(encoding="utf-8") == text
    assert "diary.db is not a database" in run("replay", "--store", "sqlite:///diary.db").err


def test_the_exit_code_is_the_programs_own(run_program: Run) -> None:
    """As a real program: 0, 2 and 3, and a refusal in JSON on the standard output with nothing beside it."""
    assert run_program("schema", "cart").code == 0
    assert run_program("schema", "nonsense").code == 2
    answer = run_program("verify", "sqlite:///none.db", "--json")
    assert (answer.code, answer.err) == (3, "")
    assert json.loads(answer.out)["error"]["code"] == "storage.unavailable"


def test_the_reference_page_walks_through_all_commands() -> None:
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "docs" / "reference_pages.py")
    assert spec is not None
    assert spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    page = pages.cli_page()
    for path in _leaves(main):
        assert f"## `servicecore {' '.join(path)}`" in page
