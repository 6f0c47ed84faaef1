"""How the tests of the conformance kits run one check of a kit by its name."""

from __future__ import annotations

import inspect
from typing import Any


def run_check(contract: Any, check: str) -> None:
    """Run ``check`` of a kit's test class as pytest would, with the class's own bench where it asks for one."""
    method = getattr(contract, check)
    if "bench" in inspect.signature(method).parameters:
        method(contract.make_bench())
    else:
        method()
