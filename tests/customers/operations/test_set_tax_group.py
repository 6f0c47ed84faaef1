from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from servicecore.customers import (
    CUSTOMER,
    Address,
    AddressElement,
    AddressKind,
    ChangeAddress,
    Customer,
    CustomerAddress,
    CustomerPolicy,
    RegisterCustomer,
    SetTaxGroup,
    TaxGroup,
    TaxGroupRule,
    TaxGroupSearch,
)
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Refusal, after, judge

SHIP = AddressKind.SHIP_TO
ROME = Address("Anna", "Via Roma 1", "Roma", "IT", "00184")
MILAN = Address("Anna", "Via Torino 9", "Milano", "IT", "20123")
OSLO = Address("Anna", "Gate 1", "Oslo", "NO")
GROUPS = (TaxGroup("M", city="Milano"), TaxGroup("R", city="Roma"), TaxGroup("R2", city="Roma"))
RULES = TaxGroupSearch((TaxGroupRule(1, (AddressElement.CITY,)),), GROUPS)


class Clerk:
    def __init__(self, facts: Facts, search: TaxGroupSearch) -> None:
        self.facts = facts.with_facts(CustomerPolicy(search))
        self.customer: Customer | None = None

    def do(self, command: Command) -> list[Any]:
        decision = judge(CUSTOMER, self.customer, command, self.facts)
        assert not isinstance(decision, Refusal), decision
        if decision:
            self.customer = after(self.customer, decision)
        return [event.type_name.removeprefix("customers.") for event in decision]

    def refused(self, command: Command) -> list[str]:
        decision = judge(CUSTOMER, self.customer, command, self.facts)
        assert isinstance(decision, Refusal), decision
        return [problem.code for problem in decision.problems]

    def group(self, kind: AddressKind = SHIP) -> str:
        assert self.customer is not None
        entry = self.customer.entry(kind)
        return "-" if entry is None else entry.tax_group


@pytest.fixture
def clerk(facts: Facts) -> Clerk:
    return Clerk(facts, RULES)


def test_a_new_address_and_a_changed_one_get_their_group(clerk: Clerk) -> None:
    """A18: searched on create and on change; two groups for Rome, the lower code is taken and the other noted."""
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, MILAN),)))
    assert clerk.group() == "M"
    assert clerk.do(ChangeAddress("C-1", SHIP, ROME)) == ["address_changed", "tax_group_assigned"]
    assert clerk.group() == "R"
    assert clerk.do(ChangeAddress("C-1", AddressKind.BILL_TO, MILAN)) == ["address_changed", "tax_group_assigned"]
    assert (clerk.group(), clerk.group(AddressKind.BILL_TO)) == ("R", "M")


def test_no_match_leaves_the_group_and_notes_it_only_where_warnings_are_on(clerk: Clerk, facts: Facts) -> None:
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, MILAN),)))
    assert clerk.do(ChangeAddress("C-1", SHIP, OSLO)) == ["address_changed", "tax_group_missed"]
    assert clerk.group() == "M"
    quiet = Clerk(facts, evolve(RULES, display_warnings=False))
    assert quiet.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, OSLO),))) == ["customer_registered"]
    off = Clerk(facts, TaxGroupSearch())
    assert off.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, OSLO),))) == ["customer_registered"]


def test_a_group_set_by_hand_is_never_overwritten_until_it_is_given_back(clerk: Clerk) -> None:
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, MILAN),)))
    assert clerk.do(SetTaxGroup("C-1", SHIP, "R2")) == ["tax_group_assigned"]
    assert clerk.do(SetTaxGroup("C-1", SHIP, "R2")) == []
    assert clerk.do(ChangeAddress("C-1", SHIP, ROME)) == ["address_changed"]
    assert clerk.group() == "R2"
    assert clerk.do(SetTaxGroup("C-1", SHIP, "")) == ["tax_group_assigned", "tax_group_assigned"]
    assert clerk.group() == "R"


def test_a_group_that_comes_with_the_address_counts_as_set_by_hand(clerk: Clerk) -> None:
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, MILAN, tax_group="R"),)))
    clerk.do(ChangeAddress("C-1", SHIP, OSLO))
    assert clerk.group() == "R"


def test_an_address_or_a_group_that_is_not_there_is_refused(clerk: Clerk) -> None:
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, MILAN),)))
    assert clerk.refused(SetTaxGroup("C-1", AddressKind.BILL_TO, "R")) == ["customers.unknown_address"]
    assert clerk.refused(SetTaxGroup("C-1", SHIP, "X")) == ["customers.unknown_tax_group"]


def test_the_group_is_told_for_goods_that_go_to_that_address(clerk: Clerk) -> None:
    clerk.do(RegisterCustomer("Anna", addresses=(CustomerAddress(SHIP, evolve(MILAN, region="MI")),)))
    assert clerk.customer is not None
    known = clerk.customer
    found = [known.tax_group(*place) for place in (("IT", ""), ("IT", "MI"), ("IT", "RM"), ("DE", ""))]
    assert found == ["M", "M", "", ""]
    assert evolve(known, addresses=()).tax_group("IT", "") == ""
