"""Customers: accounts, contacts, addresses, and what can be done to them."""

from servicecore.customers.addresses import Address, AddressKind, CustomerAddress
from servicecore.customers.contact_points import ContactPoints
from servicecore.customers.contacts import Contact
from servicecore.customers.customer import Customer, CustomerKind
from servicecore.customers.customer_kind import CUSTOMER
from servicecore.customers.exemptions import TaxExemption
from servicecore.customers.mailings import Mailing
from servicecore.customers.operations.add_contact import AddContact, ContactAdded
from servicecore.customers.operations.change_address import AddressChanged, ChangeAddress
from servicecore.customers.operations.change_contact_points import ChangeContactPoints, ContactPointsChanged
from servicecore.customers.operations.record_exemption import ExemptionRecorded, RecordExemption
from servicecore.customers.operations.record_mailing import MailingRecorded, RecordMailing
from servicecore.customers.operations.register_customer import CustomerRegistered, RegisterCustomer
from servicecore.customers.operations.set_tax_group import SetTaxGroup, TaxGroupAssigned, TaxGroupMissed
from servicecore.customers.policy import CustomerPolicy
from servicecore.customers.tax_groups import AddressElement, TaxGroup, TaxGroupMatch, TaxGroupRule, TaxGroupSearch

__all__ = [
    "CUSTOMER",
    "AddContact",
    "Address",
    "AddressChanged",
    "AddressElement",
    "AddressKind",
    "ChangeAddress",
    "ChangeContactPoints",
    "Contact",
    "ContactAdded",
    "ContactPoints",
    "ContactPointsChanged",
    "Customer",
    "CustomerAddress",
    "CustomerKind",
    "CustomerPolicy",
    "CustomerRegistered",
    "ExemptionRecorded",
    "Mailing",
    "MailingRecorded",
    "RecordExemption",
    "RecordMailing",
    "RegisterCustomer",
    "SetTaxGroup",
    "TaxExemption",
    "TaxGroup",
    "TaxGroupAssigned",
    "TaxGroupMatch",
    "TaxGroupMissed",
    "TaxGroupRule",
    "TaxGroupSearch",
]
