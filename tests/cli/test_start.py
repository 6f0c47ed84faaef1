"""What the installed command starts: the command line, or a sentence that says which extra it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

_HIDE = """
import runpy, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
sys.argv = ["servicecore", "demo", "--help"]
runpy.run_module("servicecore", run_name="__main__")
"""


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_the_package_can_be_run_as_a_program() -> None:
    done = started("-m", "servicecore", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("servicecore, version ")


@pytest.mark.parametrize("name", ["click", "rich"])
def test_without_the_extra_it_says_what_to_install(name: str) -> None:
    done = started("-c", _HIDE.format(name=name))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == f"servicecore: the command line needs {name}: install servicecore[cli]\n"


def test_a_fault_of_the_installation_that_is_not_the_extra_is_told_as_it_is() -> None:
    done = started("-c", _HIDE.format(name="servicecore.cli.command_line"))
    assert done.returncode == 1
    assert "No module named 'servicecore.cli.command_line'" in done.stderr
