"""Changing e-mail addresses and telephone numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servicecore.customers import (
    CUSTOMER,
    AddContact,
    ChangeContactPoints,
    Contact,
    ContactPoints,
    Customer,
)
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, judge
from servicecore.kernel.problems import Problem

Done = Callable[[Customer | None, Command], Customer]
Refuse = Callable[[Customer | None, Command], tuple[Problem, ...]]
POINTS = ContactPoints(["anna@example.org"], ["+39 06 1234567"])


@pytest.fixture
def with_people(done: Done, anna: Customer) -> Customer:
    customer = done(anna, AddContact("C-1", Contact("p1", "Bruno")))
    return done(customer, AddContact("C-1", Contact("p2", "Carla")))


def test_the_customers_own_points_are_replaced(done: Done, with_people: Customer) -> None:
    customer = done(with_people, ChangeContactPoints("C-1", POINTS))
    assert (customer.points, customer.contacts) == (POINTS, with_people.contacts)
    assert done(customer, ChangeContactPoints("C-1", ContactPoints())).points == ContactPoints()


def test_those_of_one_contact_are_replaced(done: Done, with_people: Customer) -> None:
    customer = done(with_people, ChangeContactPoints("C-1", POINTS, contact="p2"))
    assert customer.contacts == (Contact("p1", "Bruno"), Contact("p2", "Carla", POINTS))
    assert customer.points == ContactPoints()


def test_nothing_new_is_no_event(facts: Facts, with_people: Customer) -> None:
    assert judge(CUSTOMER, with_people, ChangeContactPoints("C-1", ContactPoints()), facts) == ()
    assert judge(CUSTOMER, with_people, ChangeContactPoints("C-1", ContactPoints(), "p1"), facts) == ()


def test_an_unknown_contact_is_refused_with_those_there_are(
    refused: Refuse, anna: Customer, with_people: Customer
) -> None:
    (problem,) = refused(with_people, ChangeContactPoints("C-1", POINTS, contact="p9"))
    assert (problem.code, problem.param("accepted")) == ("customers.unknown_contact", "p1, p2")
    (problem,) = refused(anna, ChangeContactPoints("C-1", POINTS, contact="p9"))
    assert problem.param("accepted") == "none"
