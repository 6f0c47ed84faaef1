"""How customers are found."""

from __future__ import annotations

from datetime import UTC, datetime

from servicecore.customers import CUSTOMER, Contact, ContactPoints, Customer
from servicecore.kernel.events import CreatingEvent


def test_a_customer_is_found_by_its_own_words_and_those_of_its_active_people() -> None:
    customer = Customer(
        "C-1",
        "Bianchi & Söhne",
        datetime(2026, 1, 1, tzinfo=UTC),
        parent="C-0",
        groups=("vip", "retail"),
        points=ContactPoints(["Info@Bianchi.example"], ["0039 06 1234567"]),
        contacts=(
            Contact("p1", "Bruno Verdi", ContactPoints(["info@bianchi.example", "b@example.org"], ["+39 06 1234567"])),
            Contact("p2", "Carla Neri", ContactPoints(["c@example.org"]), active=False),
        ),
    )
    assert CUSTOMER.indexes(customer) == {
        "name": ("bianchi", "sohne", "bruno", "verdi"),
        "email": ("info@bianchi.example", "b@example.org"),
        "phone": ("39061234567",),
        "group": ("vip", "retail"),
        "parent": ("C-0",),
    }


def test_every_operation_serves_a_capability_and_one_begins_a_customer() -> None:
    beginning = [each for each in CUSTOMER.operations if each.creates]
    assert [each.name for each in beginning] == ["customers.register_customer"]
    assert all("C01" in each.capabilities for each in CUSTOMER.operations)
    creating = [each for each in CUSTOMER.events() if issubclass(each, CreatingEvent)]
    assert [each.type_name for each in creating] == ["customers.customer_registered"]
