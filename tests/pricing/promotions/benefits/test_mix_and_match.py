"""Sets with slots against every way of filling them; amounts and prices of bundles and of units that are got."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing.promotions.apply_to_basket import apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.benefits import AnyBenefit, Bundle, BuyGet, MixAndMatch, Slot
from servicecore.pricing.promotions.combination import Combination, Selection
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.target import Target

HOUSE = Combination(rounding=HALF_UP, percent_rounding=HALF_UP)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def off(benefit: AnyBenefit, *lines: tuple[str, int, int], rules: Combination = HOUSE) -> dict[str, Decimal]:
    """Return what comes off each line; lines are an item, a quantity and a price, as ids ``A0``, ``B1``."""
    basket = Basket(
        "EUR",
        tuple(
            BasketLine(f"{item}{place}", item, Decimal(quantity), Decimal(price))
            for place, (item, quantity, price) in enumerate(lines)
        ),
    )
    outcome = apply_to_basket((Offer("set", benefit),), rules, basket, 1)
    return {each.id: outcome.discount(each.id) for each in basket.lines if outcome.discount(each.id)}


def slot(items: str, units: int = 1) -> Slot:
    return Slot(Target(items=tuple(items)), units)


def _best(lines: list[tuple[str, int, int]], slots: list[tuple[str, int]], price: int, most: int | None) -> int:
    """Return the most that sets at ``price`` take off: every unit is tried in every place, or in none."""
    units = tuple((item, cost) for item, quantity, cost in lines for _unit in range(quantity))
    best = 0
    for places in product(range(-1, len(slots)), repeat=len(units)):
        counts = [places.count(number) for number in range(len(slots))]
        sets = counts[0] // slots[0][1]
        if counts != [needed * sets for _fit, needed in slots] or (most is not None and sets > most):
            continue
        if all(place < 0 or unit[0] in slots[place][0] for unit, place in zip(units, places, strict=True)):
            worth = sum(unit[1] for unit, place in zip(units, places, strict=True) if place >= 0)
            best = max(best, worth - price * sets)
    return best


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(1, 3), st.integers(1, 12)), min_size=1, max_size=4
    ).filter(lambda lines: sum(quantity for _item, quantity, _price in lines) <= 6),
    slots=st.lists(
        st.tuples(st.sampled_from(["A", "B", "C", "AB", "BC", "ABC"]), st.integers(1, 2)), min_size=1, max_size=2
    ).filter(lambda slots: sum(units for _fit, units in slots) >= 2),
    price=st.integers(0, 20),
    most=st.sampled_from([1, 2, None]),
)
def test_sets_at_a_price_take_off_the_most_that_any_way_of_filling_them_does(
    lines: list[tuple[str, int, int]], slots: list[tuple[str, int]], price: int, most: int | None
) -> None:
    benefit = MixAndMatch(tuple(slot(fit, units) for fit, units in slots), price=eur(price), repeat=most)
    assert sum(off(benefit, *lines).values()) == _best(lines, slots, price, most)


MENU = (slot("AB"), slot("B"))


def test_a_unit_that_fits_several_slots_leaves_the_others_fillable() -> None:
    """B fits both slots, A one: A 5 and B 10 are a set, 15 for 9; two sets take A 5, A 4, B 10 and B 9, 28 for 18."""
    assert off(MixAndMatch(MENU, price=eur(9)), ("B", 1, 10), ("A", 1, 5)) == {"B0": Decimal(4), "A1": Decimal(2)}
    several = off(MixAndMatch(MENU, price=eur(9), repeat=None), ("B", 1, 10), ("B", 1, 9), ("A", 1, 5), ("A", 1, 4))
    assert sum(several.values()) == 10


def test_many_units_are_moved_in_whole_lots() -> None:
    """A million sets are filled as fast as one: of 1,000,000 A at 5 and as many B at 3, each pair is 2 cheaper."""
    million = 10**6
    slots = (slot("A"), slot("B"))
    found = off(MixAndMatch(slots, amount=eur(2), repeat=None), ("A", million, 5), ("B", million, 3))
    assert sum(found.values()) == 2 * million


@pytest.mark.parametrize("selection", [Selection.ALL, Selection.BEST_SINGLE, Selection.OPTIMAL])
def test_every_selection_makes_the_same_sets(selection: Selection) -> None:
    """3 A at 8 and 2 B at 4: two pairs of 12 for 10, a quarter off them, or 1 off each."""
    rules = Combination(rounding=HALF_UP, percent_rounding=HALF_UP, selection=selection)
    lines = (("A", 3, 8), ("B", 2, 4))
    slots = (slot("A"), slot("B"))
    for benefit, most in (
        (MixAndMatch(slots, price=eur(10), repeat=None), 4),
        (MixAndMatch(slots, percent=Decimal(25), repeat=None), 6),
        (MixAndMatch(slots, amount=eur(1), repeat=None), 2),
        (MixAndMatch(slots, price=eur(13), repeat=None), 0),
    ):
        assert sum(off(benefit, *lines, rules=rules).values()) == most


@pytest.mark.parametrize("selection", [Selection.ALL, Selection.OPTIMAL])
def test_a_bundle_may_be_an_amount_off(selection: Selection) -> None:
    """Two of 8 and 6 are 3 off, in proportion; a bundle of 2 for 3 off is never below nothing."""
    rules = Combination(rounding=HALF_UP, percent_rounding=HALF_UP, selection=selection)
    assert off(Bundle(2, amount=eur(3)), ("A", 1, 8), ("B", 1, 4), rules=rules) == {"A0": Decimal(2), "B1": Decimal(1)}
    assert sum(off(Bundle(2, amount=eur(30)), ("A", 1, 8), ("B", 1, 4), rules=rules).values()) == 12


@pytest.mark.parametrize("selection", [Selection.ALL, Selection.OPTIMAL])
def test_units_that_are_got_may_be_an_amount_off_or_at_a_price(selection: Selection) -> None:
    """Of 4 at 8 each, two are got: 2 x 3 off; for 5 each 2 x 3 off; for 9 nothing; 10 off each is the whole 2 x 8."""
    rules = Combination(rounding=HALF_UP, percent_rounding=HALF_UP, selection=selection)
    for benefit, most in (
        (BuyGet(1, 1, amount=eur(3), repeat=None), 6),
        (BuyGet(1, 1, price=eur(5), repeat=None), 6),
        (BuyGet(1, 1, price=eur(9), repeat=None), 0),
        (BuyGet(1, 1, amount=eur(10), repeat=None), 16),
    ):
        assert sum(off(benefit, ("A", 4, 8), rules=rules).values()) == most


@pytest.mark.parametrize(
    "make",
    [
        lambda: MixAndMatch((slot("A"),), price=eur(1)),
        lambda: MixAndMatch((), price=eur(1)),
        lambda: MixAndMatch(MENU),
        lambda: MixAndMatch(MENU, price=eur(1), percent=Decimal(5)),
        lambda: MixAndMatch(MENU, percent=Decimal(101)),
        lambda: MixAndMatch(MENU, amount=eur(-1)),
        lambda: MixAndMatch(MENU, price=eur(1), repeat=0),
        lambda: slot("A", 0),
        lambda: Bundle(2),
        lambda: Bundle(2, percent=Decimal(5), amount=eur(1)),
        lambda: BuyGet(1, 1, Decimal(50), amount=eur(1)),
        lambda: BuyGet(1, 1, amount=eur(1), price=eur(1)),
    ],
)
def test_a_set_that_says_too_little_or_too_much_is_refused(make: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()  # type: ignore[operator]
    assert refused.value.problem.code == "value.not_accepted"


def test_an_offer_is_filed_under_the_goods_of_a_slot() -> None:
    """A quote without any of the goods of the narrowest slot does not look at it."""
    slots = (slot("ABC"), slot("B"), Slot(Target()))
    assert Offer("x", MixAndMatch(slots, price=eur(1))).necessary_terms() == ((("item", "B"),), (("currency", "EUR"),))
    assert MixAndMatch((Slot(Target(), 2),), price=eur(1)).terms() is None
