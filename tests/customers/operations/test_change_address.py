"""Changing a customer's address."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from servicecore.customers import (
    CUSTOMER,
    Address,
    AddressChanged,
    AddressKind,
    ChangeAddress,
    Customer,
    CustomerAddress,
)
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, judge
from servicecore.kernel.problems import Problem

Done = Callable[[Customer | None, Command], Customer]
Refuse = Callable[[Customer | None, Command], tuple[Problem, ...]]


def test_an_address_is_added_then_replaced_and_the_old_one_stays_in_the_event(
    done: Done, facts: Facts, anna: Customer, rome: Address
) -> None:
    milan = evolve(rome, street="Via Dante 2", city="Milano", postal_code="20121")
    settled = done(anna, ChangeAddress("C-1", AddressKind.BILL_TO, rome))
    assert settled.bill_to() == rome
    assert judge(CUSTOMER, settled, ChangeAddress("C-1", AddressKind.BILL_TO, milan), facts) == (
        AddressChanged(CustomerAddress(AddressKind.BILL_TO, milan), rome),
    )
    moved = done(settled, ChangeAddress("C-1", AddressKind.BILL_TO, milan))
    assert moved.addresses == (CustomerAddress(AddressKind.BILL_TO, milan),)


def test_addresses_of_another_kind_or_label_stay(done: Done, anna: Customer, rome: Address) -> None:
    customer = done(anna, ChangeAddress("C-1", AddressKind.BILL_TO, rome))
    customer = done(customer, ChangeAddress("C-1", AddressKind.SHIP_TO, rome))
    customer = done(customer, ChangeAddress("C-1", AddressKind.SHIP_TO, evolve(rome, street="Via B 2"), "store"))
    assert [(each.kind, each.label, each.address.street) for each in customer.addresses] == [
        (AddressKind.BILL_TO, "", "Via Roma 1"),
        (AddressKind.SHIP_TO, "", "Via Roma 1"),
        (AddressKind.SHIP_TO, "store", "Via B 2"),
    ]


def test_the_same_address_again_is_refused(done: Done, refused: Refuse, anna: Customer, rome: Address) -> None:
    settled = done(anna, ChangeAddress("C-1", AddressKind.BILL_TO, rome))
    (problem,) = refused(settled, ChangeAddress("C-1", AddressKind.BILL_TO, evolve(rome)))
    assert (problem.code, problem.param("value")) == ("customers.same_address", "Via Roma 1, Roma")


def test_an_unknown_customer_has_no_address(refused: Refuse, rome: Address) -> None:
    (problem,) = refused(None, ChangeAddress("C-9", AddressKind.BILL_TO, rome))
    assert (problem.code, problem.path) == ("command.not_found", "customer")
