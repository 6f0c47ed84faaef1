"""How long `import servicecore` and the command line take beyond the bare interpreter.

Each contender is a program of its own, started in turn, many times; the figure is the median of what it takes beyond
the bare interpreter of the same turn, in processor time (what the machine did for it) and by the clock on the wall. All
find their modules compiled, as an installed program does, whatever the environment says about bytecode.
The target: `import servicecore` stays below 60 ms beyond the interpreter.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

TURNS = 21
TARGET = 60.0
FIRST_QUOTE = """
from servicecore import Actor, Money, ServiceCore, Settings
from servicecore.catalog import Item
from servicecore.pricing import Cart, CartLine, PriceBook, PriceList, PriceListType, PriceRow
rows = (PriceRow("I", Money("3.00", "EUR")),)
book = PriceBook("b", "1", (Item("I", "Item"),), (PriceList("l", rows, PriceListType.BASE),))
core = ServiceCore.open("memory:", settings=Settings(tax_engine="none"), book=book, autoload=False)
print(core.acting_as(Actor("a", roles={"agent"})).quote(Cart("C", "EUR", [CartLine("I", 1)])).total)
"""
CLI = "import sys; from servicecore.cli import main; main({arguments!r})"
CONTENDERS = {
    "bare interpreter": "pass",
    "import servicecore": "import servicecore",
    "import click": "import click",
    "servicecore --version": CLI.format(arguments=["--version"]),
    "servicecore --help": CLI.format(arguments=["--help"]),
    "import ServiceCore": "from servicecore import ServiceCore",
    "... and its first quote": FIRST_QUOTE,
    "servicecore schema cart": CLI.format(arguments=["schema", "cart"]),
}


def milliseconds(program: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the processor time and the wall time of a fresh interpreter that runs ``program``."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", program], environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    wall = perf_counter() - begun
    assert status == 0, program
    return (usage.ru_utime + usage.ru_stime) * 1e3, wall * 1e3


def main() -> None:
    """Print one line a contender, then whether the target is met."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    with TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for program in CONTENDERS.values():
            milliseconds(program, environment)
        for _ in range(TURNS):
            for name, program in CONTENDERS.items():
                spent[name].append(milliseconds(program, environment))
    bare = spent["bare interpreter"]
    beyond: dict[str, float] = {}
    for name, turns in spent.items():
        processor = median(turn[0] - floor[0] for turn, floor in zip(turns, bare, strict=True))
        wall = median(turn[1] - floor[1] for turn, floor in zip(turns, bare, strict=True))
        ratio = median(turn[0] for turn in turns) / median(floor[0] for floor in bare)
        beyond[name] = processor
        print(
            f"startup  {name:<24} {processor:7.1f} ms of processor and {wall:7.1f} ms of wall time beyond the bare "
            f"interpreter, {ratio:5.2f} x it"
        )
    met = "met" if beyond["import servicecore"] < TARGET else "MISSED"
    print(f"startup  target {met}: import servicecore below {TARGET:.0f} ms beyond the bare interpreter")


if __name__ == "__main__":
    main()
