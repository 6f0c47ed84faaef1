"""Best prices by hand: known puzzles, priorities, lanes, exclusions, thresholds, ties, limits of work, bad input."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from servicecore.errors import InvalidValue
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.pricing.best_price import (
    AmountCut,
    BestPrice,
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    Cut,
    DiscountRounding,
    DistinctSet,
    EachUnit,
    Method,
    MixAndMatch,
    OrderThreshold,
    PercentCut,
    PriceCut,
    Reach,
    Slot,
    ThresholdBasis,
    UnitOffer,
    Use,
    find_best_price,
)


def lines(*given: tuple[int, str]) -> list[BestPriceLine]:
    return [
        BestPriceLine(id=f"l{number}", quantity=quantity, unit_price=Decimal(price))
        for number, (quantity, price) in enumerate(given)
    ]


def each(name: str, percent: int, *ids: str, **terms: Any) -> EachUnit:
    return EachUnit(id=name, lines=ids, cut=PercentCut(Decimal(percent)), **terms)


def solved(cart: list[BestPriceLine], *offers: UnitOffer, **terms: Any) -> BestPrice:
    return find_best_price(BestPriceProblem(currency="EUR", lines=cart, offers=offers, **terms))


def potter(*copies: int) -> BestPrice:
    cart = lines(*((count, "8") for count in copies))
    ids = tuple(line.id for line in cart)
    return solved(
        cart,
        *(
            DistinctSet(id=f"set{size}", lines=ids, size=size, cut=PercentCut(Decimal(percent)))
            for size, percent in ((2, 5), (3, 10), (4, 20), (5, 25))
        ),
    )


def test_two_sets_of_four_beat_five_and_three() -> None:
    """2/2/2/1/1 books of 8: twice 4 x 8 x 0.8 = 51.20; five and three would be 30.00 + 21.60 = 51.60."""
    answer = potter(2, 2, 2, 1, 1)
    assert Decimal(64) - answer.discount.amount == Decimal("51.20")
    assert answer.by_offer() == {"set4": (2, Decimal("12.80"))}
    assert answer.certificate.is_exact


def test_the_puzzle_with_thousands_of_copies_is_answered_within_the_budget_and_states_its_gap() -> None:
    """Quantities are never listed unit by unit; 1000 times the small case is worth 12,800.00."""
    answer = potter(2000, 2000, 2000, 1000, 1000)
    assert answer.discount.amount <= Decimal(12800) <= answer.certificate.bound.amount
    assert answer.discount.amount >= Decimal(12400), "what sets of five and three give"
    assert sum(len(each.uses) for each in answer.applications) < 50


def test_a_million_units_of_two_offers_take_no_longer() -> None:
    """1,000,000 units at 3.00: the pair at 5.00 takes 1.00 a pair off; 10 % takes 0.60: 500,000 pairs."""
    answer = solved(
        lines((1_000_000, "3.00")),
        Bundle(id="pair", lines="l0", size=2, cut=PriceCut(Decimal(5))),
        each("ten", 10, "l0"),
    )
    assert answer.by_offer() == {"pair": (500_000, Decimal(500_000))}
    assert answer.certificate.is_exact


def test_the_answer_says_what_every_unit_was_used_for() -> None:
    """Buy one of 10, get the one of 6 for nothing; the second 6 has no partner and 50 % off would have been 3 only."""
    answer = solved(
        lines((1, "10"), (1, "6")),
        BuyGet(id="b", buy_lines=("l0", "l1"), get_lines=("l0", "l1"), cut=PercentCut("100")),
    )
    (applied,) = answer.applications
    assert [(use.line, use.units, use.use) for use in applied.uses] == [("l0", 1, Use.BOUGHT), ("l1", 1, Use.GOT)]
    assert [share.amount for share in applied.shares()] == [Decimal(0), Decimal(6)]
    assert answer.unused == ()


def test_shares_of_a_set_sum_to_its_discount() -> None:
    """10.00 off 20.00 and 10.00 is 6.67 and 3.33."""
    answer = solved(lines((1, "20"), (1, "10")), Bundle(id="s", lines=("l0", "l1"), size=2, cut=AmountCut(Decimal(10))))
    (applied,) = answer.applications
    assert [share.amount for share in applied.shares()] == [Decimal("6.67"), Decimal("3.33")]


def test_a_higher_priority_takes_its_units_first_even_for_less() -> None:
    offers = (each("small", 10, "l0", priority=1), each("large", 50, "l0"))
    assert solved(lines((1, "10")), *offers).by_offer() == {"small": (1, Decimal(1))}


def test_a_lower_priority_gets_what_is_left() -> None:
    answer = solved(lines((3, "10")), each("small", 10, "l0", priority=1, max_applications=1), each("large", 50, "l0"))
    assert answer.by_offer() == {"small": (1, Decimal(1)), "large": (2, Decimal(10))}


def test_a_later_lane_compounds_on_what_the_earlier_left() -> None:
    """10.00 less 10 % is 9.00, less 10 % is 8.10."""
    answer = solved(lines((1, "10")), each("a", 10, "l0", lane=0), each("b", 10, "l0", lane=1))
    assert answer.by_offer() == {"a": (1, Decimal(1)), "b": (1, Decimal("0.90"))}
    assert answer.certificate.is_exact


def test_a_later_lane_sees_each_unit_at_its_own_price() -> None:
    """One of two units is lowered to 5.00; a later pair for 12.00 then takes 3.00 off."""
    answer = solved(
        lines((2, "10")),
        each("half", 50, "l0", max_applications=1),
        Bundle(id="pair", lines="l0", size=2, cut=PriceCut(Decimal(12)), lane=1),
    )
    assert answer.by_offer() == {"half": (1, Decimal(5)), "pair": (1, Decimal(3))}


def test_an_odd_cent_of_a_set_stays_with_one_unit_in_the_next_lane() -> None:
    """0.05 off two units of 1.00 leaves 0.98 and 0.97; half of them, rounded, is 0.49 and 0.49."""
    answer = solved(
        lines((2, "1")),
        Bundle(id="pair", lines="l0", size=2, cut=AmountCut(Decimal("0.05"))),
        each("half", 50, "l0", lane=1),
    )
    assert answer.by_offer()["half"] == (2, Decimal("0.98"))


@pytest.mark.parametrize(("percent", "winner"), [(30, "alone"), (20, "both")])
def test_an_offer_that_wants_the_cart_wins_only_by_more(percent: int, winner: str) -> None:
    """10 % and 31 % of 10 each are 4.10 together; alone, 30 % of 20 is 6.00, and 20 % of 20 is 4.00."""
    answer = solved(
        lines((1, "10"), (1, "10")),
        each("a", 10, "l0"),
        each("b", 31, "l1"),
        each("alone", percent, "l0", "l1", reach=Reach.CART),
    )
    assert set(answer.by_offer()) == ({"alone"} if winner == "alone" else {"a", "b"})
    assert answer.certificate.alternatives == 2


def test_an_offer_alone_on_its_lines_keeps_others_off_them() -> None:
    """40 % of one unit of 10 and nothing for its twin is 4.00; 25 % of both is 5.00."""
    alone = each("alone", 40, "l0", reach=Reach.LINE, max_applications=1)
    assert solved(lines((2, "10")), alone, each("quarter", 25, "l0")).by_offer() == {"quarter": (2, Decimal(5))}
    assert solved(lines((2, "10")), alone, each("tenth", 10, "l0")).by_offer() == {"alone": (1, Decimal(4))}


def test_of_a_group_one_offer_is_applied() -> None:
    """30 % of 10 and 20 % of 20 exclude each other; with the free 5 % of 10 beside it, 4.00 + 0.50 wins."""
    answer = solved(
        lines((1, "10"), (1, "20")),
        each("a", 30, "l0", group="g"),
        each("b", 20, "l1", group="g"),
        each("c", 5, "l0"),
    )
    assert answer.by_offer() == {"b": (1, Decimal(4)), "c": (1, Decimal("0.50"))}
    assert answer.certificate.is_exact


def test_a_cap_is_the_most_that_an_offer_takes_off() -> None:
    """Capped at 3.00, 50 % of 10 gives 3.00; on two units no more, so the second one takes the 10 %."""
    answer = solved(lines((2, "10")), each("half", 50, "l0", cap=Decimal(3)), each("ten", 10, "l0"))
    assert answer.by_offer() == {"half": (1, Decimal(3)), "ten": (1, Decimal(1))}


def threshold(minimum: str, cut: PercentCut | AmountCut, basis: ThresholdBasis = ThresholdBasis.REMAINING) -> Any:
    return (OrderThreshold(id="order", minimum=Decimal(minimum), cut=cut, basis=basis),)


def test_a_threshold_on_what_remains_is_worth_a_smaller_discount() -> None:
    """Two of 10 at 20 % off leave 16.00; 20 % off one alone leaves 18.00, and the 5.00 off from 18.00 make 7.00."""
    answer = solved(lines((2, "10")), each("a", 20, "l0"), thresholds=threshold("18", AmountCut(Decimal(5))))
    assert answer.by_offer() == {"a": (1, Decimal(2)), "order": (1, Decimal(5))}
    assert answer.certificate.is_exact


def test_a_threshold_on_undiscounted_value_stands_beside_everything() -> None:
    answer = solved(
        lines((2, "10")),
        each("a", 20, "l0"),
        thresholds=threshold("20", PercentCut(Decimal(10)), ThresholdBasis.UNDISCOUNTED),
    )
    assert answer.by_offer() == {"a": (2, Decimal(4)), "order": (1, Decimal("1.60"))}


def test_a_threshold_out_of_reach_is_not_applied() -> None:
    assert solved(lines((1, "10")), thresholds=threshold("10.01", AmountCut(Decimal(5)))).applications == ()


@pytest.mark.parametrize(("first", "second"), [("a", "z"), ("z", "a")])
def test_of_equal_answers_the_lower_id_is_given(first: str, second: str) -> None:
    answer = solved(lines((2, "10")), each(first, 10, "l0"), each(second, 10, "l0"))
    assert answer.by_offer() == {"a": (2, Decimal(2))}


def test_of_equal_answers_the_one_with_fewer_offers_is_given() -> None:
    """a on l0 and b on l1 give 2.00; c gives 1.00 on either: one offer is enough."""
    answer = solved(
        lines((1, "10"), (1, "10")),
        Bundle(id="a", lines="l0", size=1, cut=AmountCut(Decimal(1)), max_applications=1),
        Bundle(id="b", lines="l1", size=1, cut=AmountCut(Decimal(1)), max_applications=1),
        Bundle(id="c", lines=("l0", "l1"), size=1, cut=AmountCut(Decimal(1)), max_applications=2),
    )
    assert answer.by_offer() == {"c": (2, Decimal(2))}


def test_sets_that_round_as_a_whole_find_their_best_partners() -> None:
    """25 % of 7.50 + 15.00 is 5.625, rounded 5.63, twice; of 7.50 + 7.50 and 15.00 + 15.00 it is 3.75 + 7.50."""
    answer = solved(
        lines((2, "7.50"), (2, "15")),
        Bundle(id="s", lines=("l0", "l1"), size=2, cut=PercentCut(Decimal(25))),
        rounded_at=DiscountRounding.APPLICATION,
    )
    assert answer.by_offer() == {"s": (2, Decimal("11.26"))}
    assert answer.certificate.is_exact


def test_units_round_each_by_themselves() -> None:
    """25 % of 7.50 is 1.875, rounded 1.88; of 15.00 it is 3.75: twice each are 11.26 in any pairs."""
    answer = solved(
        lines((2, "7.50"), (2, "15")), Bundle(id="s", lines=("l0", "l1"), size=2, cut=PercentCut(Decimal(25)))
    )
    assert answer.discount.amount == Decimal("11.26")


def test_rounding_down_loses_the_half_cents() -> None:
    problem = BestPriceProblem(
        currency="EUR",
        lines=lines((2, "7.50")),
        offers=[each("a", 25, "l0")],
        rounding=Rounding(RoundingMode.DOWN),
    )
    assert find_best_price(problem).discount.amount == Decimal("3.74")


def test_a_component_of_one_offer_is_computed_directly() -> None:
    answer = solved(
        lines((2, "10"), (1, "4")),
        BuyGet(id="a", buy_lines="l0", get_lines="l0", cut=PercentCut(Decimal(100))),
        each("b", 25, "l1"),
    )
    assert [proof.method for proof in answer.certificate.components] == [Method.CLOSED_FORM, Method.CLOSED_FORM]
    assert [proof.value.amount for proof in answer.certificate.components] == [Decimal(10), Decimal(1)]
    assert answer.certificate.nodes == 0


def test_an_offer_that_another_replaces_everywhere_is_named_as_dominated() -> None:
    answer = solved(lines((2, "10")), each("a", 20, "l0"), each("b", 10, "l0"))
    assert answer.certificate.dominated == ("b",)


def test_units_got_are_never_dearer_than_units_bought() -> None:
    """With 4 to buy and 10 to get, nothing pays for the 10; the other way round the 4 is free."""
    cart = lines((1, "4"), (1, "10"))
    up = BuyGet(id="up", buy_lines="l0", get_lines="l1", cut=PercentCut(Decimal(100)))
    down = BuyGet(id="down", buy_lines="l1", get_lines="l0", cut=PercentCut(Decimal(100)))
    assert solved(cart, up).discount.amount == 0
    assert solved(cart, down).discount.amount == 4


def test_a_set_of_slots_needs_all_of_them() -> None:
    meal = MixAndMatch(id="meal", slots=[Slot(lines="l0"), Slot(lines="l1", quantity=2)], cut=PriceCut(Decimal(10)))
    assert solved(lines((1, "8"), (1, "3")), meal).discount.amount == 0
    assert solved(lines((1, "8"), (2, "3")), meal).by_offer() == {"meal": (1, Decimal(4))}


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_amounts_have_the_decimals_of_their_currency(currency: str) -> None:
    """15 % of 99 is 14.85: 14.85 in euros, 15 in yen, 14.850 in dinars."""
    problem = BestPriceProblem(currency=currency, lines=lines((1, "99")), offers=[each("a", 15, "l0")])
    expected = {"EUR": "14.85", "JPY": "15", "KWD": "14.850"}[currency]
    assert find_best_price(problem).discount.amount == Decimal(expected)


def test_unit_prices_of_four_decimals_are_kept() -> None:
    """1000 units at 0.1234 are 123.40; the thousand for 100.00 takes 23.40 off."""
    answer = solved(lines((1000, "0.1234")), Bundle(id="a", lines="l0", size=1000, cut=PriceCut(Decimal(100))))
    assert answer.discount.amount == Decimal("23.40")


@pytest.mark.parametrize(
    ("cart", "offers"),
    [
        ([], []),
        (lines((0, "5")), [each("a", 10, "l0")]),
        (lines((3, "0")), [each("a", 10, "l0")]),
        (lines((1, "5")), []),
    ],
)
def test_nothing_to_take_off_is_an_exact_answer_of_nothing(cart: list[BestPriceLine], offers: list[UnitOffer]) -> None:
    answer = solved(cart, *offers)
    assert answer.discount.amount == 0
    assert not answer.applications
    assert answer.certificate.is_exact


def hard() -> BestPriceProblem:
    """Return a cart on which bundles, pairs and percentages compete for every unit."""
    cart = lines(*((1 + n % 3, str(Decimal(300 + 137 * n % 2500) / 100)) for n in range(14)))
    ids = [line.id for line in cart]
    cuts: list[Cut] = [PercentCut(Decimal(20)), PercentCut(Decimal(25)), PriceCut(Decimal(30))]
    offers: list[UnitOffer] = [
        Bundle(id=f"b{n}", lines=ids[n : n + 9], size=2 + n % 2, cut=cut, max_applications=3)
        for n, cut in enumerate(cuts)
    ]
    offers.append(BuyGet(id="p", buy_lines=ids, get_lines=ids, cut=PercentCut(Decimal(50))))
    offers.append(EachUnit(id="u", lines=ids[3:], cut=PercentCut(Decimal(15))))
    return BestPriceProblem(currency="EUR", lines=cart, offers=offers)


def test_past_the_budget_the_answer_states_its_gap_and_more_work_never_makes_it_worse() -> None:
    best = find_best_price(hard())
    assert best.certificate.is_exact
    assert best.certificate.nodes > 100
    short = find_best_price(hard(), nodes=100)
    assert not short.certificate.is_exact
    assert any(proof.method is Method.BUDGET for proof in short.certificate.components)
    assert Decimal(0) < short.discount.amount <= best.discount.amount <= short.certificate.bound.amount
    assert short.certificate.gap.amount == short.certificate.bound.amount - short.discount.amount


def test_the_same_budget_gives_the_same_answer() -> None:
    assert find_best_price(hard(), nodes=1500) == find_best_price(hard(), nodes=1500)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: solved(lines((1, "1")), each("a", 10, "nowhere")), "pricing.best_price_unknown_line"),
        (lambda: solved(lines((1, "1")), each("a", 10, "l0"), each("a", 20, "l0")), "pricing.best_price_same_id"),
        (lambda: each("a", 0, "l0"), "value.not_accepted"),
        (lambda: each("a", 101, "l0"), "value.not_accepted"),
        (lambda: AmountCut(Decimal(0)), "value.not_accepted"),
        (lambda: PriceCut(Decimal(-1)), "value.not_accepted"),
        (lambda: Bundle(id="a", lines="l0", size=0, cut=PercentCut(Decimal(5))), "value.not_accepted"),
        (lambda: MixAndMatch(id="a", slots=[], cut=PercentCut(Decimal(5))), "value.not_accepted"),
        (lambda: each("a", 5, "l0", max_applications=-1), "value.not_accepted"),
        (lambda: each("a", 5, "l0", cap=Decimal(-1)), "value.not_accepted"),
        (lambda: BestPriceLine(id="a", quantity=-1, unit_price=Decimal(1)), "value.not_accepted"),
        (lambda: BestPriceLine(id="a", quantity=1, unit_price=Decimal(-1)), "value.not_accepted"),
        (lambda: BestPriceProblem(currency="XXX", lines=[]), "money.unknown_currency"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_code(make: Any, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()
    assert refused.value.problem.code == code
