"""Quarantine: a plugin's operation that keeps failing is not called for a while, then tried once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from attrs import evolve, frozen


@frozen
class QuarantinePolicy:
    """When an operation goes into quarantine, and for how long.

    Attributes:
        failures: how many failures in a row put it there; an answer against the contract does so at once.
        cooldown: how long it stays, by the host's clock; then one call is let through to try it.
        hanging: how many calls of a plugin may hang at the same time before it gets no further ones.

    """

    failures: int = 5
    cooldown: timedelta = timedelta(seconds=60)
    hanging: int = 3


@frozen
class Breaker:
    """One operation of one plugin: closed (``until`` None), open until an instant, then half open for one trial."""

    failures: int = 0
    until: datetime | None = None
    on_trial: bool = False

    def admits(self, now: datetime) -> bool:
        """Return whether a call at ``now`` may go through."""
        return self.until is None or (now >= self.until and not self.on_trial)

    def begun(self) -> Breaker:
        """Return the state while an admitted call is under way."""
        return self if self.until is None else evolve(self, on_trial=True)

    def succeeded(self) -> Breaker:
        """Return the state after a sound answer: closed."""
        return Breaker()

    def failed(self, now: datetime, policy: QuarantinePolicy, *, at_once: bool = False) -> Breaker:
        """Return the state after a failure at ``now``; ``at_once`` opens whatever the count."""
        failures = self.failures + 1
        opens = at_once or self.until is not None or failures >= policy.failures
        return Breaker(failures, now + policy.cooldown if opens else None)


class Quarantine:
    """The breakers of a host, by plugin and operation, and how many calls of each plugin hang."""

    def __init__(self, policy: QuarantinePolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._hanging: dict[str, int] = {}

    def enter(self, plugin: str, operation: str, now: datetime) -> str:
        """Begin a call; return why it must not be made, or an empty text."""
        with self._lock:
            hanging = self._hanging.get(plugin, 0)
            if hanging >= self._policy.hanging:
                return f"{hanging} earlier calls still hang"
            breaker = self._breakers.get((plugin, operation), Breaker())
            if not breaker.admits(now):
                return f"in quarantine until {breaker.until}" if not breaker.on_trial else "in quarantine, on trial"
            self._breakers[plugin, operation] = breaker.begun()
            return ""

    def succeed(self, plugin: str, operation: str) -> None:
        """End a call with a sound answer."""
        with self._lock:
            self._breakers.pop((plugin, operation), None)

    def fail(self, plugin: str, operation: str, now: datetime, *, at_once: bool = False) -> None:
        """End a call with a failure."""
        with self._lock:
            breaker = self._breakers.get((plugin, operation), Breaker())
            self._breakers[plugin, operation] = breaker.failed(now, self._policy, at_once=at_once)

    def hangs(self, plugin: str, change: int) -> None:
        """Count a call that was abandoned (1), or one that came back at last (-1)."""
        with self._lock:
            self._hanging[plugin] = self._hanging.get(plugin, 0) + change

    def hanging(self, plugin: str) -> int:
        """Return how many calls of ``plugin`` hang."""
        with self._lock:
            return self._hanging.get(plugin, 0)

    def open(self) -> tuple[tuple[str, str, datetime], ...]:
        """Return plugin, operation and end of every quarantine, sorted."""
        with self._lock:
            breakers = tuple(self._breakers.items())
        return tuple(sorted((*where, breaker.until) for where, breaker in breakers if breaker.until is not None))
