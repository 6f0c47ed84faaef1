from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.customers import Address, AddressElement, TaxGroup, TaxGroupMatch, TaxGroupRule, TaxGroupSearch
from servicecore.errors import InvalidValue

CITY, ZIP, COUNTY = AddressElement.CITY, AddressElement.ZIP, AddressElement.COUNTY
DENVER = TaxGroup("Denver1", "Denver", "80214", "Jefferson", "Colorado", "US")
JEFFERSON = TaxGroup("JeffCo", county="Jefferson")
SEARCH = TaxGroupSearch((TaxGroupRule(2, (COUNTY,)), TaxGroupRule(1, (CITY, ZIP))), (JEFFERSON, DENVER))
HOME = Address("Ada", "1 Main St", "Denver", "US", "80214", "Colorado", county="Jefferson")


def test_the_first_rule_with_a_match_wins() -> None:
    """CC 16, vector tax-group-priority: city and zip before county; Adams county has no group."""
    assert SEARCH.find(HOME) == TaxGroupMatch("Denver1", 1)
    assert SEARCH.find(evolve(HOME, postal_code="80215")) == TaxGroupMatch("Denver1", 2, ("JeffCo",))
    golden = Address("Ada", "1 Main St", "Golden", "US", "80401", county="Adams")
    found = SEARCH.find(golden)
    assert found == TaxGroupMatch()
    assert [each.code for each in found.warnings(golden)] == ["tax_group.not_found"]


def test_capitals_and_blanks_do_not_count() -> None:
    assert SEARCH.find(evolve(HOME, city="DEN ver", postal_code="802 14")).group == "Denver1"


def test_what_a_group_leaves_empty_matches_no_rule_that_asks_for_it() -> None:
    """An address without a county is not in the group without one."""
    empty = TaxGroupSearch((TaxGroupRule(1, (COUNTY,)),), (TaxGroup("x", city="Denver"),))
    assert empty.find(evolve(HOME, county="")) == TaxGroupMatch()


def test_of_two_groups_the_lowest_code_is_taken_with_a_warning() -> None:
    twice = TaxGroupSearch((TaxGroupRule(1, (CITY,)),), (TaxGroup("b", city="Denver"), TaxGroup("a", city="Denver")))
    found = twice.find(HOME)
    assert found == TaxGroupMatch("a", 1, ("b",))
    (warning,) = found.warnings(HOME)
    assert warning.code == "tax_group.ambiguous"
    assert "?" not in warning.text("it")


def test_rules_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidValue):
        TaxGroupSearch((TaxGroupRule(1, (CITY,)), TaxGroupRule(1, (ZIP,))))
    with pytest.raises(InvalidValue):
        TaxGroupSearch(groups=(DENVER, DENVER))
    with pytest.raises(InvalidValue):
        TaxGroupRule(1, ())


WORDS = st.sampled_from(["", "a", "B", "c c"])
PLACES = st.tuples(WORDS, WORDS, WORDS)


@given(
    place=PLACES.filter(lambda each: bool(each[0])),
    groups=st.lists(PLACES, max_size=4),
    rules=st.lists(st.sets(st.sampled_from([CITY, ZIP, COUNTY]), min_size=1), max_size=3),
)
def test_the_group_is_the_one_that_trying_rule_after_rule_finds(
    place: tuple[str, str, str], groups: list[tuple[str, str, str]], rules: list[set[AddressElement]]
) -> None:
    """An oracle over positions: a group of a rule has every asked position filled and equal."""
    search = TaxGroupSearch(
        tuple(TaxGroupRule(at + 1, tuple(elements)) for at, elements in enumerate(rules)),
        tuple(TaxGroup(f"g{at}", *each) for at, each in enumerate(groups)),
    )
    at_position = {CITY: 0, ZIP: 1, COUNTY: 2}
    expected = TaxGroupMatch()
    for priority, elements in enumerate(rules, 1):
        fitting = [
            f"g{at}"
            for at, each in enumerate(groups)
            if {each[at_position[one]] == place[at_position[one]] != "" for one in elements} == {True}
        ]
        if fitting:
            expected = TaxGroupMatch(fitting[0], priority, tuple(fitting[1:]))
            break
    city, code, county = place
    assert search.find(Address("n", "s", city, "IT", code, county=county)) == expected
