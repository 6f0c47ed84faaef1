"""Conditions of a visit: the channel, the customer, the customer's groups and marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.field_checks import not_blank
from servicecore.pricing.promotions.situation import L, Situation, Term

WRONG_CHANNEL: Final = ProblemKind(
    "pricing.condition_channel",
    en="the channel is {value}; accepted: {accepted}",
    it="il canale è {value}; valori ammessi: {accepted}",
    de="der Kanal ist {value}; zulässig: {accepted}",
)
WRONG_GROUP: Final = ProblemKind(
    "pricing.condition_customer_group",
    en="the customer is in the groups {value}; accepted: {accepted}",
    it="il cliente è nei gruppi {value}; valori ammessi: {accepted}",
    de="der Kunde ist in den Gruppen {value}; zulässig: {accepted}",
)
WRONG_CUSTOMER: Final = ProblemKind(
    "pricing.condition_customer",
    en="the customer is {value}; accepted: {accepted}",
    it="il cliente è {value}; valori ammessi: {accepted}",
    de="der Kunde ist {value}; zulässig: {accepted}",
)

WRONG_FLAG: Final = ProblemKind(
    "pricing.condition_customer_flag",
    en="the customer is marked {value}; accepted: {accepted}",
    it="il cliente è contrassegnato {value}; valori ammessi: {accepted}",
    de="der Kunde ist als {value} geführt; zulässig: {accepted}",
)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _not_empty(_self: object, attribute: object, value: tuple[str, ...]) -> None:
    if not value or not all(value):
        path = getattr(attribute, "name", "values")
        raise NOT_ACCEPTED.error(path, value=value, accepted="at least one name")


@frozen(field_transformer=checked_fields)
class InChannel(Condition):
    """The cart was filled in one of ``channels``; an empty list lets no channel in.

    Attributes:
        channels: one of them has to be the cart's.

    """

    channels: tuple[str, ...] = field(converter=_names)

    @channels.validator
    def _check_channels(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not all(value):
            raise NOT_ACCEPTED.error("channels", value=value, accepted="names, or none")

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines of a cart of these channels (``pricing.condition_channel``)."""
        channel = situation.channel
        if channel in self.channels:
            return lines
        return WRONG_CHANNEL.at("channel", value=channel or "not given", accepted=", ".join(self.channels) or "none")

    def terms(self) -> tuple[Term, ...]:
        """Return the channels."""
        return tuple(("channel", each) for each in self.channels)


@frozen(field_transformer=checked_fields)
class InCustomerGroup(Condition):
    """The customer belongs to one of ``groups``.

    Attributes:
        groups: at least one.

    """

    groups: tuple[str, ...] = field(converter=_names, validator=_not_empty)

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines of a cart of such a customer (``pricing.condition_customer_group``).

        A line with a source code of its own counts for the groups of that code's catalogue, in the place of the cart's.
        """
        customer = situation.customer
        own = customer.groups
        if customer.groups_by_line:
            kept = tuple([line for line in lines if self._has(customer.groups_on(line.id))])
            if kept:
                return kept
            own = tuple([group for line in lines for group in customer.groups_on(line.id)])
        elif self._has(own):
            return lines
        value = ", ".join(sorted(set(own))) or "-"
        return WRONG_GROUP.at("customer_groups", value=value, accepted=", ".join(self.groups))

    def allows(self, line: BasketLine) -> bool:
        """Return whether what ``line`` is brought for belongs to such a customer."""
        return line.groups is None or self._has(line.groups)

    def _has(self, groups: Iterable[str]) -> bool:
        return any(each in self.groups for each in groups)

    def terms(self) -> tuple[Term, ...]:
        """Return the groups."""
        return tuple(("group", each) for each in self.groups)


@frozen(field_transformer=checked_fields)
class IsCustomer(Condition):
    """The customer is one of ``customers``.

    Attributes:
        customers: ids, at least one.

    """

    customers: tuple[str, ...] = field(converter=_names, validator=_not_empty)

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines of a cart of these customers (``pricing.condition_customer``)."""
        customer = situation.customer.id
        if customer in self.customers:
            return lines
        return WRONG_CUSTOMER.at("customer", value=customer or "not known", accepted=", ".join(self.customers))

    def terms(self) -> tuple[Term, ...]:
        """Return the customers."""
        return tuple(("customer", each) for each in self.customers)


@frozen(field_transformer=checked_fields)
class HasFlag(Condition):
    """The customer carries ``flag``, as the customer's history says: in an installation, a group of the account.

    Attributes:
        flag: a mark such as ``staff``.

    """

    flag: str = field(validator=not_blank)

    @property
    def asks_history(self) -> bool:
        """Return True."""
        return True

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines of a cart of such a customer (``pricing.condition_customer_flag``)."""
        own = situation.customer.flags
        if self.flag in own:
            return lines
        return WRONG_FLAG.at("customer", value=", ".join(own) or "-", accepted=self.flag)
