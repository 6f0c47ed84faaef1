from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from servicecore.kernel.clock import FixedClock
from servicecore.plugins import PluginHost


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def open_host(clock: FixedClock) -> Iterator[Callable[..., PluginHost]]:
    """Open hosts without the installed plugins, and close them at the end."""
    hosts: list[PluginHost] = []

    def open_one(*plugins: object, **options: object) -> PluginHost:
        host = PluginHost(plugins, **{"clock": clock, "autoload": False, **options})  # type: ignore[arg-type]
        hosts.append(host)
        return host

    yield open_one
    for host in hosts:
        host.close()
