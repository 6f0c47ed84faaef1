"""Registering a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from servicecore.customers import (
    Address,
    AddressKind,
    Contact,
    ContactPoints,
    Customer,
    CustomerAddress,
    CustomerKind,
    RegisterCustomer,
    TaxExemption,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem

Done = Callable[[Customer | None, Command], Customer]
Refuse = Callable[[Customer | None, Command], tuple[Problem, ...]]


def test_a_name_is_enough_and_the_id_is_the_one_handed_out(done: Done, facts: Facts) -> None:
    assert done(None, RegisterCustomer("Anna Bianchi")) == Customer("C-1", "Anna Bianchi", facts.now)


def test_everything_known_is_kept_under_the_given_id(done: Done, rome: Address) -> None:
    command = RegisterCustomer(
        "Bianchi srl",
        id="A-17",
        kind=CustomerKind.PROSPECT,
        parent="A-1",
        groups=("vip",),
        locale="it",
        zone="Europe/Rome",
        currency="EUR",
        points=ContactPoints(["info@bianchi.example"]),
        addresses=(CustomerAddress(AddressKind.BILL_TO, rome), CustomerAddress(AddressKind.SHIP_TO, rome)),
        contacts=(Contact("p1", "Bruno"),),
        exemptions=(TaxExemption("X", "IT", date(2030, 1, 1)),),
        known_since=datetime(2011, 5, 31, tzinfo=UTC),
    )
    customer = done(None, command)
    assert (customer.id, customer.name) == ("A-17", "Bianchi srl")
    assert customer.registered_at == datetime(2011, 5, 31, tzinfo=UTC)
    for field in ("kind", "parent", "groups", "locale", "zone", "currency", "points", "addresses", "contacts"):
        assert getattr(customer, field) == getattr(command, field)
    assert customer.exemptions == command.exemptions


@pytest.mark.parametrize(
    ("command", "code", "path"),
    [
        (RegisterCustomer(""), "value.not_accepted", "customer_name"),
        (RegisterCustomer("Anna", id=" x"), "value.not_accepted", "id"),
        (RegisterCustomer("Anna", locale=""), "value.not_accepted", "locale"),
        (RegisterCustomer("Anna", zone="Europe/Roma"), "time.unknown_zone", "zone"),
        (RegisterCustomer("Anna", currency="LIRE"), "money.unknown_currency", "currency"),
        (RegisterCustomer("Anna", id="A", parent="A"), "customers.own_parent", "parent"),
        (RegisterCustomer("Anna", parent="C-1"), "customers.own_parent", "parent"),
        (RegisterCustomer("Anna", groups=("a", "b", "a")), "customers.repeated", "groups[2]"),
        (
            RegisterCustomer("Anna", contacts=(Contact("p", "Bruno"), Contact("p", "Carla"))),
            "customers.repeated",
            "contacts[1]",
        ),
        (
            RegisterCustomer("Anna", exemptions=(TaxExemption("1", "IT"), TaxExemption("2", "IT"))),
            "customers.repeated",
            "exemptions[1]",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(refused: Refuse, command: RegisterCustomer, code: str, path: str) -> None:
    assert [(problem.code, problem.path) for problem in refused(None, command)] == [(code, path)]


def test_an_address_of_a_kind_and_label_is_given_once(refused: Refuse, rome: Address) -> None:
    twice = CustomerAddress(AddressKind.SHIP_TO, rome, "store")
    other = CustomerAddress(AddressKind.BILL_TO, rome, "store")
    (problem,) = refused(None, RegisterCustomer("Anna", addresses=(twice, other, twice)))
    assert (problem.code, problem.path, problem.param("value")) == (
        "customers.repeated",
        "addresses[2]",
        "ship_to store",
    )


def test_all_that_is_wrong_is_told_at_once(refused: Refuse) -> None:
    command = RegisterCustomer("", zone="x", currency="x", groups=("a", "a"))
    assert len(refused(None, command)) == 4


def test_a_customer_is_registered_once(refused: Refuse, anna: Customer) -> None:
    (problem,) = refused(anna, RegisterCustomer("Anna"))
    assert problem.code == "command.already_exists"


def test_a_date_of_registration_without_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="known_since"):
        RegisterCustomer("Anna", known_since=datetime(2011, 5, 31))  # noqa: DTZ001 - naive on purpose
