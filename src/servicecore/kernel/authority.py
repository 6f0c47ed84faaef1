"""Who may do what, up to which limit, and who may approve what goes beyond it."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import RoundingMode, round_decimal

_SHOWN_DECIMALS: Final = 4
NOT_PERMITTED: Final = ProblemKind(
    "authority.not_permitted",
    en="{actor} has no right to {right}; accepted: a role with that right ({accepted})",
    it="{actor} non ha il diritto {right}; valori ammessi: un ruolo con quel diritto ({accepted})",
    de="{actor} hat kein Recht auf {right}; zulässig: eine Rolle mit diesem Recht ({accepted})",
)
APPROVAL_REQUIRED: Final = ProblemKind(
    "authority.approval_required",
    en="{value} is beyond {actor}'s limit {limit} of {accepted}; a second person with a higher limit has to approve",
    it="{value} supera il limite {limit} di {actor}, pari a {accepted}; deve approvare una seconda persona",
    de="{value} übersteigt das Limit {limit} von {actor}, {accepted}; eine zweite Person muss genehmigen",
)
APPROVER_IS_ACTOR: Final = ProblemKind(
    "authority.approver_is_actor",
    en="{value} cannot approve an own request; accepted: a second person",
    it="{value} non può approvare una propria richiesta; valori ammessi: una seconda persona",
    de="{value} kann den eigenen Antrag nicht genehmigen; zulässig: eine zweite Person",
)
REASON_REQUIRED: Final = ProblemKind(
    "authority.reason_required",
    en="{right} needs a reason code; accepted: {accepted}",
    it="{right} richiede un codice motivo; valori ammessi: {accepted}",
    de="{right} verlangt einen Grundcode; zulässig: {accepted}",
)


def _roles(value: object) -> frozenset[str]:
    names = (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    return frozenset(check_id(name, "roles") for name in names)


def _rights(value: object) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    return tuple(check_id(name, "rights") for name in names)


@lru_cache(4096)
def _has(rights: tuple[str, ...], right: str) -> bool:
    return any(fnmatchcase(right, each) for each in rights)


@frozen(field_transformer=checked_fields)
class Actor:
    """Somebody or something that acts: nothing happens without one.

    Attributes:
        id: who, as the embedding system knows them.
        roles: names of roles whose rights and limits apply; the widest wins.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "actor.id") and None)
    roles: frozenset[str] = field(converter=_roles, default=())


@frozen(field_transformer=checked_fields)
class Reason:
    """Why something was done: a code from the configured list, and a free note."""

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "reason.code") and None)
    note: str = ""


@frozen
class Limit:
    """How far a role may go in one respect; ``amount`` None means as far as it likes, 0 means not at all."""

    name: str
    amount: Decimal | None


@frozen
class Role:
    """A named set of rights (``orders.*`` takes wildcards) and limits."""

    name: str
    rights: tuple[str, ...] = field(converter=_rights)
    limits: tuple[Limit, ...] = ()


@frozen
class Authority:
    """The roles of an installation; answers who may do what, the widest role winning (CC 8.3)."""

    roles: tuple[Role, ...] = ()

    def permits(self, actor: Actor, right: str) -> bool:
        """Return whether one of the actor's roles has ``right``."""
        held = actor.roles
        return any(_has(role.rights, right) for role in self.roles if role.name in held)

    def covers(self, actor: Actor, limit: str, value: Decimal) -> bool:
        """Return whether one of the actor's roles goes as far as ``value`` (inclusive) in ``limit``."""
        widest = self.limit(actor, limit)
        return widest is None or value <= widest

    def limit(self, actor: Actor, limit: str) -> Decimal | None:
        """Return the actor's widest amount of ``limit``; None is unlimited, no role with the limit gives 0."""
        amounts = [
            entry.amount
            for role in self.roles
            if role.name in actor.roles
            for entry in role.limits
            if entry.name == limit
        ]
        if any(amount is None for amount in amounts):
            return None
        return max((amount for amount in amounts if amount is not None), default=Decimal(0))

    def check_right(self, actor: Actor, right: str) -> Problem | None:
        """Return why ``actor`` may not do ``right``, or None (``authority.not_permitted``)."""
        if self.permits(actor, right):
            return None
        able = [role.name for role in self.roles if _has(role.rights, right)]
        return NOT_PERMITTED.at("actor", actor=actor.id, right=right, accepted=", ".join(able) or "none has it")

    def check_limit(
        self, actor: Actor, approver: Actor | None, right: str, limit: str, value: Decimal
    ) -> Problem | None:
        """Return why ``value`` is beyond ``limit`` for the actor and the approver, or None.

        The approver counts only as a second person who has ``right`` and covers ``value`` too
        (``authority.approval_required``, ``authority.approver_is_actor``).
        """
        if self.covers(actor, limit, value):
            return None
        if approver is not None:
            if approver.id == actor.id:
                return APPROVER_IS_ACTOR.at("approver", value=approver.id)
            if self.permits(approver, right) and self.covers(approver, limit, value):
                return None
        asked = approver or actor
        return APPROVAL_REQUIRED.at(
            "approver", value=_shown(value), actor=asked.id, limit=limit, accepted=self.limit(asked, limit)
        )


def _shown(value: Decimal) -> Decimal:
    """Return ``value`` for a sentence: a quotient with 60 digits is shown with 4 decimals, rounded away from 0."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_SHOWN_DECIMALS:
        return round_decimal(value, Decimal(1).scaleb(-_SHOWN_DECIMALS), RoundingMode.UP)
    return value
