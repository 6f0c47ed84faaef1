"""What is asked of a customer: addresses, contacts, certificates."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.customers import Address, AddressKind, Contact, Customer, CustomerAddress, TaxExemption
from servicecore.customers.customer import with_address
from servicecore.errors import InvalidValue

BLANK = Customer("C-1", "Anna", datetime(2026, 1, 1, tzinfo=UTC))


def place(street: str) -> Address:
    return Address("Anna", street, "Roma", "IT")


def test_goods_go_to_the_invoice_address_where_no_other_is_known() -> None:
    bill, store = place("Via A"), place("Via B")
    only_bill = evolve(BLANK, addresses=(CustomerAddress(AddressKind.BILL_TO, bill),))
    assert (only_bill.bill_to(), only_bill.ship_to(), only_bill.ship_to("store")) == (bill, bill, None)
    both = evolve(only_bill, addresses=(*only_bill.addresses, CustomerAddress(AddressKind.SHIP_TO, store, "store")))
    assert (both.ship_to(), both.ship_to("store")) == (bill, store)
    assert (BLANK.bill_to(), BLANK.ship_to()) == (None, None)


@given(st.lists(st.tuples(st.sampled_from(AddressKind), st.sampled_from(["", "a", "b"]), st.sampled_from("XYZ"))))
def test_the_last_address_of_a_kind_and_label_is_the_one_in_force(
    changes: list[tuple[AddressKind, str, str]],
) -> None:
    addresses: tuple[CustomerAddress, ...] = ()
    last = {}
    for kind, label, street in changes:
        addresses = with_address(addresses, CustomerAddress(kind, place(street), label))
        last[kind, label] = place(street)
    assert {(each.kind, each.label): each.address for each in addresses} == last
    assert len(addresses) == len(last)


@pytest.mark.parametrize(
    ("jurisdiction", "on", "certificate"),
    [
        ("US-CA", date(2026, 12, 31), "CA-1"),  # the last day counts
        ("US-CA", date(2027, 1, 1), None),
        ("US", date(2026, 1, 1), None),  # a state's certificate frees from no federal tax
        ("US-CAL", date(2026, 1, 1), None),
        ("IT", date(2999, 1, 1), "IT-1"),
        ("IT-25", date(2026, 1, 1), "IT-1"),
        ("DE", date(2026, 1, 1), None),
    ],
)
def test_a_certificate_holds_in_its_jurisdiction_up_to_its_last_day(
    jurisdiction: str, on: date, certificate: str | None
) -> None:
    customer = evolve(BLANK, exemptions=(TaxExemption("CA-1", "US-CA", date(2026, 12, 31)), TaxExemption("IT-1", "IT")))
    found = customer.exemption(jurisdiction, on)
    assert (found.certificate if found else None) == certificate


def test_a_contact_is_found_by_its_id() -> None:
    contact = Contact("p1", "Bruno")
    assert evolve(BLANK, contacts=(contact,)).contact("p1") is contact
    assert BLANK.contact("p1") is None


@pytest.mark.parametrize(
    ("change", "path"),
    [({"name": ""}, "name"), ({"street": " "}, "street"), ({"city": None}, "city"), ({"country": "Italy"}, "country")],
)
def test_an_address_without_its_parts_is_refused(change: dict[str, object], path: str) -> None:
    parts: dict[str, object] = {"name": "Anna", "street": "Via A", "city": "Roma", "country": "IT", **change}
    with pytest.raises(InvalidValue) as refused:
        Address(**parts)  # type: ignore[arg-type]
    assert refused.value.problem.path == path


def test_contacts_and_certificates_need_their_names() -> None:
    for build in (lambda: Contact("", "Bruno"), lambda: Contact("p", ""), lambda: TaxExemption("", "IT")):
        with pytest.raises(InvalidValue, match="accepted: 1 to 100"):
            build()
