"""Adding a contact."""

from __future__ import annotations

from collections.abc import Callable

from servicecore.customers import AddContact, Contact, Customer
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem

Done = Callable[[Customer | None, Command], Customer]
Refuse = Callable[[Customer | None, Command], tuple[Problem, ...]]


def test_contacts_are_kept_in_the_order_in_which_they_came(done: Done, anna: Customer) -> None:
    bruno, carla = Contact("p1", "Bruno", role="purchasing"), Contact("p2", "Carla", locale="de")
    customer = done(done(anna, AddContact("C-1", bruno)), AddContact("C-1", carla))
    assert customer.contacts == (bruno, carla)


def test_the_id_of_a_contact_is_taken_once(done: Done, refused: Refuse, anna: Customer) -> None:
    customer = done(anna, AddContact("C-1", Contact("p1", "Bruno")))
    (problem,) = refused(customer, AddContact("C-1", Contact("p1", "Carla")))
    assert (problem.code, problem.path) == ("customers.contact_exists", "contact.id")
