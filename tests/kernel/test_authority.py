"""Rights, limits, and the second person."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor, Authority, Limit, Reason, Role

AUTHORITY = Authority(
    (
        Role("agent", ("orders.place", "orders.apply_*"), (Limit("refund", Decimal(50)), Limit("credit", Decimal(0)))),
        Role("lead", ("orders.*",), (Limit("refund", Decimal(500)),)),
        Role("chief", ("*",), (Limit("refund", None),)),
        Role("guest", ()),
    )
)
AGENT, LEAD, CHIEF = Actor("a", {"agent"}), Actor("l", {"lead"}), Actor("c", {"chief"})


@pytest.mark.parametrize(
    ("actor", "right", "permitted"),
    [
        (AGENT, "orders.place", True),
        (AGENT, "orders.apply_hold", True),
        (AGENT, "orders.cancel", False),
        (LEAD, "orders.cancel", True),
        (LEAD, "cases.close", False),
        (CHIEF, "cases.close", True),
        (Actor("x"), "orders.place", False),
        (Actor("x", {"guest", "agent"}), "orders.place", True),
        (Actor("x", {"unheard_of"}), "orders.place", False),
    ],
)
def test_a_right_comes_from_any_role_also_by_wildcard(actor: Actor, right: str, permitted: bool) -> None:
    assert AUTHORITY.permits(actor, right) is permitted
    assert (AUTHORITY.check_right(actor, right) is None) is permitted


def test_a_refusal_names_the_roles_that_would_do() -> None:
    problem = AUTHORITY.check_right(AGENT, "orders.cancel")
    assert problem is not None
    assert problem.code == "authority.not_permitted"
    assert problem.param("accepted") == "lead, chief"
    nobody = Authority().check_right(AGENT, "orders.cancel")
    assert nobody is not None
    assert nobody.param("accepted") == "none has it"


def test_a_right_given_as_plain_text_is_one_right() -> None:
    """The star in ``orders.*`` must never be read as a right of its own."""
    authority = Authority((Role("agent", "orders.*"),))
    assert authority.permits(AGENT, "orders.cancel")
    assert not authority.permits(AGENT, "cases.close")
    assert Actor("x", "agent").roles == {"agent"}


@pytest.mark.parametrize(
    ("roles", "limit", "widest"),
    [
        ({"agent"}, "refund", Decimal(50)),
        ({"agent", "lead"}, "refund", Decimal(500)),
        ({"agent", "chief"}, "refund", None),
        ({"agent"}, "credit", Decimal(0)),
        ({"agent"}, "unheard_of", Decimal(0)),
        (set(), "refund", Decimal(0)),
    ],
)
def test_the_widest_limit_wins_and_no_limit_means_nothing(roles: set[str], limit: str, widest: Decimal | None) -> None:
    assert AUTHORITY.limit(Actor("x", roles), limit) == widest


@given(st.decimals(0, 1000, places=2), st.sets(st.sampled_from(["agent", "lead", "chief", "guest"])))
def test_more_roles_never_cover_less_and_the_limit_itself_is_covered(value: Decimal, roles: set[str]) -> None:
    actor = Actor("x", roles)
    for role in roles:
        assert AUTHORITY.covers(actor, "refund", value) or not AUTHORITY.covers(Actor("x", {role}), "refund", value)
    widest = AUTHORITY.limit(actor, "refund")
    assert widest is None or AUTHORITY.covers(actor, "refund", widest)
    assert widest is None or not AUTHORITY.covers(actor, "refund", widest + Decimal("0.01"))


@pytest.mark.parametrize(
    ("approver", "value", "code"),
    [
        (None, "50", None),
        (None, "50.01", "authority.approval_required"),
        (AGENT, "50.01", "authority.approver_is_actor"),
        (Actor("a2", {"agent"}), "50.01", "authority.approval_required"),
        (LEAD, "500", None),
        (LEAD, "500.01", "authority.approval_required"),
        (CHIEF, "99999", None),
    ],
)
def test_beyond_the_limit_a_second_person_has_to_cover_it(approver: Actor | None, value: str, code: str | None) -> None:
    problem = AUTHORITY.check_limit(AGENT, approver, "orders.apply_refund", "refund", Decimal(value))
    assert (problem.code if problem else None) == code


def test_an_approver_needs_the_right_too() -> None:
    authority = Authority((Role("agent", ("refund",)), Role("rich", (), (Limit("refund", None),))))
    problem = authority.check_limit(AGENT, Actor("r", {"rich"}), "refund", "refund", Decimal(1))
    assert problem is not None
    assert problem.code == "authority.approval_required"


def test_nobody_acts_without_an_id_and_no_reason_is_empty() -> None:
    with pytest.raises(InvalidValue, match=r"actor\.id"):
        Actor("")
    with pytest.raises(InvalidValue, match=r"reason\.code"):
        Reason("")
    assert Reason("damaged", "box was wet").note == "box was wet"
