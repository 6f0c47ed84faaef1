"""servicecore: customer service and call-centre commerce to embed.

The names a newcomer needs stand here and load when they are first used; the rooms (``pricing``, ``orders``,
``cases``, ``contracts``, ``billing``, ``customers``, ``catalog``, ``plugins``, ``storage``, ``testing``) are
subpackages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from servicecore.engine import Desk, Receipt, ServiceCore, Settings
    from servicecore.errors import Refused, ServiceCoreError
    from servicecore.kernel.authority import Actor, Reason
    from servicecore.kernel.money import Money
    from servicecore.kernel.problems import Problem

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "Desk",
    "Money",
    "Problem",
    "Reason",
    "Receipt",
    "Refused",
    "ServiceCore",
    "ServiceCoreError",
    "Settings",
]

_HOME: Final = {
    "Actor": "servicecore.kernel.authority",
    "Desk": "servicecore.engine",
    "Money": "servicecore.kernel.money",
    "Problem": "servicecore.kernel.problems",
    "Reason": "servicecore.kernel.authority",
    "Receipt": "servicecore.engine",
    "Refused": "servicecore.errors",
    "ServiceCore": "servicecore.engine",
    "ServiceCoreError": "servicecore.errors",
    "Settings": "servicecore.engine",
}


def __getattr__(name: str) -> Any:
    try:
        module = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'servicecore' has no attribute {name!r}") from None
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
