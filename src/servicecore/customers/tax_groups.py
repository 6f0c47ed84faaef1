"""Tax groups, and the search for the one of an address by rules (A18, CC 16)."""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.customers.addresses import Address
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

GROUP_NOT_FOUND: Final = ProblemKind(
    "tax_group.not_found",
    en="no tax group is for the address {value}; accepted: {accepted}",
    it="nessun gruppo fiscale corrisponde all'indirizzo {value}; valori ammessi: {accepted}",
    de="zur Adresse {value} gehört keine Steuergruppe; zulässig: {accepted}",
)
GROUP_AMBIGUOUS: Final = ProblemKind(
    "tax_group.ambiguous",
    en="several tax groups are for the address: {value}; taken: {accepted}",
    it="più gruppi fiscali corrispondono all'indirizzo: {value}; preso: {accepted}",
    de="mehrere Steuergruppen gehören zur Adresse: {value}; genommen: {accepted}",
)


class AddressElement(Enum):
    """What of an address a rule compares."""

    CITY = "city"
    ZIP = "zip"
    COUNTY = "county"
    STATE = "state"
    COUNTRY = "country"


@frozen
class TaxGroup:
    """A tax group and the addresses that it is for by default.

    Attributes:
        code: unique.
        city: empty for any rule that does not ask for it; so are the others.
        postal_code: as written in the country.
        county: county or district.
        region: state or province, as addresses write it.
        country: ISO 3166.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "code") and None)
    city: str = ""
    postal_code: str = ""
    county: str = ""
    region: str = ""
    country: str = ""


@frozen
class TaxGroupRule:
    """Which elements have to be filled in a group and equal the address; capitals and blanks do not count.

    Attributes:
        priority: the lowest number is tried first.
        elements: at least one.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    priority: int
    elements: tuple[AddressElement, ...] = field()

    @elements.validator
    def _check_elements(self, _attribute: object, value: tuple[AddressElement, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("elements", value="()", accepted="at least one element")


@frozen
class TaxGroupMatch:
    """What a search found.

    Attributes:
        group: code of the group; empty where none is for the address.
        priority: of the rule that found it; 0 for none.
        others: codes of further groups that the same rule found.

    """

    group: str = ""
    priority: int = 0
    others: tuple[str, ...] = ()

    def warnings(self, address: Address) -> tuple[Problem, ...]:
        """Return ``tax_group.not_found`` or ``tax_group.ambiguous`` for ``address``; empty where all is well."""
        if not self.group:
            shown = " ".join(part for part in (address.postal_code, address.city, address.country) if part)
            return (GROUP_NOT_FOUND.at("address", value=shown, accepted="an address that a group is for"),)
        if self.others:
            value = ", ".join((self.group, *self.others))
            return (GROUP_AMBIGUOUS.at("address", value=value, accepted=self.group),)
        return ()


def _rules(given: tuple[TaxGroupRule, ...]) -> tuple[TaxGroupRule, ...]:
    priorities = [rule.priority for rule in given]
    if len(set(priorities)) != len(priorities):
        raise NOT_ACCEPTED.error("rules", value=priorities, accepted="each priority once")
    return tuple(sorted(given, key=lambda rule: rule.priority))


def _groups(given: tuple[TaxGroup, ...]) -> tuple[TaxGroup, ...]:
    codes = [group.code for group in given]
    if len(set(codes)) != len(codes):
        raise NOT_ACCEPTED.error("groups", value=codes, accepted="each code once")
    return tuple(sorted(given, key=lambda group: group.code))


@frozen
class TaxGroupSearch:
    """The search for the tax group of an address that is new or changed (CC 16).

    Attributes:
        rules: the first with a match wins, by ascending priority; none searches nothing.
        groups: of several that match the same rule the lowest code is taken.
        display_warnings: whether the history notes an address that no group is for.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    rules: tuple[TaxGroupRule, ...] = field(converter=_rules, default=())
    groups: tuple[TaxGroup, ...] = field(converter=_groups, default=())
    display_warnings: bool = True

    def find(self, address: Address) -> TaxGroupMatch:
        """Return the group of ``address``."""
        place = _elements(address)
        for rule in self.rules:
            codes = [
                group.code
                for group in self.groups
                for criteria in (_elements(group),)
                if all(criteria[each] and criteria[each] == place[each] for each in rule.elements)
            ]
            if codes:
                return TaxGroupMatch(codes[0], rule.priority, tuple(codes[1:]))
        return TaxGroupMatch()


def _elements(place: Address | TaxGroup) -> dict[AddressElement, str]:
    values = {
        AddressElement.CITY: place.city,
        AddressElement.ZIP: place.postal_code,
        AddressElement.COUNTY: place.county,
        AddressElement.STATE: place.region,
        AddressElement.COUNTRY: place.country,
    }
    return {each: "".join(value.split()).casefold() for each, value in values.items()}
