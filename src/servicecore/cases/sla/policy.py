"""SLA policies: how much working time each answer may take, and the named rules for everything disputed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.cases.states import STANDARD_STATES, StateMap
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

REPEATED_TARGET: Final = ProblemKind(
    "cases.repeated_target",
    en="the policy has two targets for {value}; accepted: {accepted}",
    it="la politica ha due obiettivi per {value}; valori ammessi: {accepted}",
    de="die Richtlinie hat zwei Ziele für {value}; zulässig: {accepted}",
)
RESPONSE_AFTER_RESOLUTION: Final = ProblemKind(
    "cases.response_after_resolution",
    en="priority {priority} allows {value} for the first response; accepted: at most the resolution's {accepted}",
    it="la priorità {priority} concede {value} per la prima risposta; valori ammessi: al massimo i {accepted} della "
    "soluzione",
    de="die Priorität {priority} lässt {value} für die erste Antwort; zulässig: höchstens die {accepted} der Lösung",
)


class Metric(Enum):
    """What is measured: from which happening to which (SD 3.6).

    ``first_response`` runs from the opening to the first public message of an agent; ``next_response`` from a
    customer's message after that to the agent's answer; ``update`` from any customer's message to the answer;
    ``resolution`` from the opening to a resolved state.
    """

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"
    RESOLUTION = "resolution"


ALL_METRICS: Final = tuple(Metric)


class OnReopen(Enum):
    """What a reopened case does to its resolution clock: go on, go on and count the gap too, or begin anew."""

    CONTINUE = "continue"
    COUNT_GAP = "count_gap"
    RESTART = "restart"


class OnPriorityChange(Enum):
    """Whether the time counted so far stands under the new priority's target, or counting begins anew."""

    KEEP_ELAPSED = "keep_elapsed"
    RESTART = "restart"


class OnCalendarChange(Enum):
    """How a live clock follows a new calendar.

    ``split`` measures each piece of running time with the calendar valid then, ``recompute`` measures everything
    anew, ``freeze`` keeps the calendar that the clock began with.
    """

    SPLIT = "split"
    RECOMPUTE = "recompute"
    FREEZE = "freeze"


class Boundary(Enum):
    """Where a deadline falls that is used up exactly at closing: at closing, or at the next opening."""

    CLOSE = "close"
    REOPEN = "reopen"


def _works(_target: object, _attribute: object, value: timedelta) -> None:
    if value < timedelta(0):
        raise NOT_ACCEPTED.error("work", value=value, accepted="working time of 0 or more")


@frozen
class Target:
    """How much working time a metric may take at a priority."""

    priority: str
    metric: Metric
    work: timedelta = field(validator=_works)


@frozen
class Escalation:
    """Whom to call in when so much of a target is used up, before or after the deadline (SD 1.10).

    Attributes:
        level: 1 or more; the higher, the more serious; once for each policy.
        share: of the target; 1 is the deadline, 1.5 half the target beyond it.
        offset: working time added to that; negative for before.
        action: what the installation does then, in its own words.

    """

    level: int
    share: Decimal = Decimal(1)
    offset: timedelta = timedelta(0)
    action: str = ""


@frozen
class SlaPolicy:
    """One service level: targets, what pauses them, when to warn, and a named rule for every disputed case.

    Attributes:
        id: as cases name it.
        targets: at most one for a priority and metric; a metric without a target is not measured.
        calendar: id of the working calendar; empty takes the installation's default.
        states: which states run, pause, resolve or cancel the clocks.
        paused_metrics: metrics that stand still in a paused state; the others go on.
        warn_ratios: shares of the target at which to warn: 0.75 warns when three quarters are used up.
        escalations: whom to call in, and when.
        on_reopen: default ``continue``, the resolved gap is not counted.
        on_priority_change: default ``keep_elapsed``.
        on_calendar_change: default ``split``.
        boundary: default ``close``; ``reopen`` moves due and warnings to the next opening.

    Raises:
        InvalidValue: ``cases.repeated_target``, ``value.not_accepted`` for a ratio of 0 or below, or a level that is
            below 1 or stands twice.

    """

    id: str
    targets: tuple[Target, ...]
    calendar: str = ""
    states: StateMap = STANDARD_STATES
    paused_metrics: tuple[Metric, ...] = ALL_METRICS
    warn_ratios: tuple[Decimal, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    on_reopen: OnReopen = OnReopen.CONTINUE
    on_priority_change: OnPriorityChange = OnPriorityChange.KEEP_ELAPSED
    on_calendar_change: OnCalendarChange = OnCalendarChange.SPLIT
    boundary: Boundary = Boundary.CLOSE

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[str, Metric]] = set()
        for index, target in enumerate(self.targets):
            if (target.priority, target.metric) in seen:
                named = f"{target.priority}, {target.metric.value}"
                raise REPEATED_TARGET.error(f"targets[{index}]", value=named, accepted="one target for each")
            seen.add((target.priority, target.metric))
        for index, ratio in enumerate(self.warn_ratios):
            if not ratio.is_finite() or ratio <= 0:
                raise NOT_ACCEPTED.error(f"warn_ratios[{index}]", value=ratio, accepted="a share above 0, such as 0.75")

        levels = [each.level for each in self.escalations]
        for index, level in enumerate(levels):
            if level < 1 or level in levels[:index]:
                raise NOT_ACCEPTED.error(f"escalations[{index}].level", value=level, accepted="1 or more, each once")

    def target(self, priority: str, metric: Metric) -> timedelta | None:
        """Return the working time that ``metric`` may take at ``priority``, or None where it is not measured."""
        for target in self.targets:
            if target.priority == priority and target.metric is metric:
                return target.work
        return None

    def problems(self) -> tuple[Problem, ...]:
        """Return why it is unfit for use though each value is sound (``cases.response_after_resolution``)."""
        found: list[Problem] = []
        for index, target in enumerate(self.targets):
            whole = self.target(target.priority, Metric.RESOLUTION)
            if target.metric is Metric.FIRST_RESPONSE and whole is not None and target.work > whole:
                found.append(
                    RESPONSE_AFTER_RESOLUTION.at(
                        f"targets[{index}]", priority=target.priority, value=target.work, accepted=whole
                    )
                )
        return tuple(found)
