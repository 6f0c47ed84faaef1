"""The run of mutants: what it lists exists, and a change is known again by what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mutants.harness import ROOT, Change, Score, equivalents
from tests.mutants.modules import MODULES

DIFF = """\
--- src/servicecore/kernel/rounding.py
+++ src/servicecore/kernel/rounding.py
@@ -3,4 +3,4 @@
     if step is None:
-        return value.round(1)
+        return value.round(2)
     return value
"""


@pytest.mark.parametrize("module", MODULES)
def test_a_module_and_its_tests_are_there(module: str) -> None:
    assert (ROOT / "src" / "servicecore" / module).is_file()
    assert all(Path(ROOT, each).exists() for each in MODULES[module])


@pytest.mark.parametrize("change", equivalents(), ids=lambda change: f"{change.module}: {change.becomes}")
def test_what_is_listed_as_equivalent_changes_code_that_is_still_there(change: Change) -> None:
    """A list that outlives its code would hide what nobody looked at."""
    code = (ROOT / "src" / "servicecore" / change.module).read_text("utf-8")
    assert all(line in code for line in change.was.splitlines())
    assert equivalents()[change]


@pytest.mark.parametrize(
    ("mutant", "function"),
    [
        ("servicecore.kernel.rounding.x_round_decimal__mutmut_12", "round_decimal"),
        ("servicecore.kernel.rounding.x__half_up__mutmut_1", "_half_up"),
        ("servicecore.kernel.money.xǁMoneyǁ__add____mutmut_4", "Money.__add__"),
    ],
)
def test_a_change_is_known_by_function_and_lines_not_by_its_number(mutant: str, function: str) -> None:
    expected = Change("kernel/rounding.py", function, "return value.round(1)", "return value.round(2)")
    assert Change.of("kernel/rounding.py", mutant, DIFF) == expected


def test_the_score_counts_what_somebody_could_notice() -> None:
    """Of 10 changes 2 survive, one of which nobody can notice: 8 of 9 are noticed, 88.9 %."""
    one, other = (Change("a.py", "f", "x = 1", f"x = {number}") for number in (2, 3))
    text = Score("a.py", 10, (one, other), 1.0).text({one: "x is never read"})
    assert text.split(maxsplit=1)[1] == "10 mutants,     8 noticed,   1 equivalent,   1 missed:  88.9 % in 1 s"
