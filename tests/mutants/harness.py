"""Changes the modules that move money in small ways, one at a time, and says which changes no test notices.

Run it from the project's folder: ``python -m tests.mutants.harness``, or with modules: ``python -m
tests.mutants.harness kernel/money.py``. mutmut makes the changes, in a copy of the project in a temporary folder, and
runs on each the tests that ``modules.py`` names and that touch the function. A change that survives is listed in
``equivalents.toml`` with the reason why nobody can notice it, or it is shown, and the run ends with 1.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from attrs import frozen
from tests.mutants.modules import MODULES

ROOT = Path(__file__).parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
_COPIED = ("src", "tests", "docs", "examples", "changelog.d")
_SURVIVED = frozenset({0, 33})
"""What mutmut keeps of a mutant: 0 where all tests passed, 33 where no test touches the function."""
_SHOW = """
import json, pathlib, sys
from mutmut.__main__ import get_diff_for_mutant
print(json.dumps([get_diff_for_mutant(each, path=pathlib.Path(sys.argv[1])) for each in sys.argv[2:]]))
"""
_SETTINGS = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/servicecore/{module}"]
pytest_add_cli_args = [
    "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "-q", "--hypothesis-profile=mutants",
]
pytest_add_cli_args_test_selection = {tests}
also_copy = ["docs", "examples", "changelog.d"]
timeout_multiplier = 4.0
timeout_constant = 2.0
"""


@frozen
class Change:
    """One change of the code.

    Attributes:
        module: path below ``src/servicecore``.
        function: or class and method.
        was: the lines that went, without indentation.
        becomes: the lines that came.

    """

    module: str
    function: str
    was: str
    becomes: str

    @classmethod
    def of(cls, module: str, mutant: str, diff: str) -> Change:
        """Return the change that mutmut calls ``mutant`` and shows as ``diff``."""
        function = re.sub(r"__mutmut_\d+$", "", mutant).rpartition(".x")[2][1:].replace("ǁ", ".")
        lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
        was, becomes = (
            "\n".join(line[1:].strip() for line in lines if line.startswith(sign) and line[1:].strip()) for sign in "-+"
        )
        return cls(module, function, was, becomes)


@frozen
class Score:
    """What became of the changes of one module.

    Attributes:
        module: path below ``src/servicecore``.
        mutants: how many there are.
        survivors: those that no test noticed.
        seconds: that it took.

    """

    module: str
    mutants: int
    survivors: tuple[Change, ...]
    seconds: float

    def text(self, known: dict[Change, str]) -> str:
        """Return the score in a line: the share of the changes that somebody could notice and a test did."""
        equivalent = sum(1 for each in self.survivors if each in known)
        noticed = self.mutants - len(self.survivors)
        share = 100 * noticed / max(1, self.mutants - equivalent)
        return (
            f"{self.module:36} {self.mutants:5} mutants, {noticed:5} noticed, {equivalent:3} equivalent, "
            f"{len(self.survivors) - equivalent:3} missed: {share:5.1f} % in {self.seconds:.0f} s"
        )


def equivalents() -> dict[Change, str]:
    """Return the changes that nobody can notice, with the reason of each."""
    listed = tomllib.loads(EQUIVALENTS.read_text("utf-8")).get("equivalent", [])
    return {Change(each["module"], each["function"], each["was"], each["becomes"]): each["reason"] for each in listed}


def prepare(folder: Path) -> None:
    """Copy the project to ``folder``."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_build"))
    shutil.copy(ROOT / "README.md", folder)


def run(folder: Path, module: str, tests: tuple[str, ...], workers: int) -> Score:
    """Return what became of the changes of ``module``.

    Raises:
        RuntimeError: mutmut does not get to its end; the tests fail without any change, for instance.

    """
    began = time.perf_counter()
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    ours = _SETTINGS.format(module=module, tests=json.dumps(tests))
    (folder / "pyproject.toml").write_text(settings + ours, encoding="utf-8")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    said = python(folder, "-m", "mutmut", "run", "--max-children", str(workers))
    kept = folder / "mutants" / "src" / "servicecore" / f"{module}.meta"
    codes = json.loads(kept.read_text("utf-8"))["exit_code_by_key"] if kept.exists() else {}
    if not codes or None in codes.values():
        raise RuntimeError(f"{module}: mutmut did not end:\n{said[-3000:]}")
    survivors = [name for name, code in codes.items() if code in _SURVIVED]
    shown = json.loads(python(folder, "-c", _SHOW, f"src/servicecore/{module}", *survivors))
    changes = tuple(Change.of(module, name, diff) for name, diff in zip(survivors, shown, strict=True))
    return Score(module, len(codes), changes, time.perf_counter() - began)


def python(folder: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", nargs="*", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quiet", action="store_true", help="only the scores")
    options = parser.parse_args(arguments)
    if unknown := set(options.module) - MODULES.keys():
        parser.error(f"not in tests/mutants/modules.py: {', '.join(sorted(unknown))}")
    known = equivalents()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="servicecore-mutants-") as name:
        prepare(Path(name))
        for module in options.module or MODULES:
            score = run(Path(name), module, MODULES[module], options.workers)
            print(score.text(known), flush=True)
            new = [each for each in score.survivors if each not in known]
            missed += len(new)
            for each in () if options.quiet else new:
                print(f"  {each.function}\n    - {each.was}\n    + {each.becomes}", flush=True)
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
