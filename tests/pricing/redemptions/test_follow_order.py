"""A redemption that follows its order loses no use: each is taken, or let go and remembered."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal
from servicecore.pricing.redemptions import CountedUse, FollowOrder, Redemption, RedemptionStatus
from servicecore.pricing.redemptions.operations.follow_order import FOLLOW_ORDER

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FACTS = Facts(now=NOW, actor=Actor("system"), authority=Authority())
CODES, OFFERS = ("MAY", "JUNE"), ("TEN", "FIVE")
NUMBER = CountedUse("", "", "order-number:C-1\n1", 1, 1, "C-1", offer="TEN")
USES = st.builds(
    lambda code, offer, number, amount, kept: CountedUse(
        code, "" if offer else "coupon", f"counter-{number}", amount, 99, "C-1", not kept, offer
    ),
    st.sampled_from(("", *CODES)),
    st.sampled_from(OFFERS),
    st.integers(0, 99),
    st.integers(1, 500),
    st.booleans(),
)
HAD = st.tuples(st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(OFFERS)))


@given(uses=st.lists(USES, unique_by=lambda use: use.counter, max_size=6), steps=st.lists(HAD, max_size=6))
def test_what_an_order_has_is_taken_and_the_rest_is_remembered(
    uses: list[CountedUse], steps: list[tuple[set[str], set[str]]]
) -> None:
    state = Redemption("q-1", "C-1", RedemptionStatus.CONSUMED, (*uses, NUMBER), NOW, "o-1")
    counted = Counter({use.counter: use.amount for use in state.uses})
    for codes, offers in steps:
        decision = FOLLOW_ORDER.decide(state, FollowOrder("q-1", tuple(codes), tuple(offers)), FACTS)
        assert not isinstance(decision, Refusal)
        for event in decision:
            counted.update({use.counter: use.amount for use in event.taken})  # type: ignore[attr-defined]  # it counts
            counted.subtract({use.counter: use.amount for use in event.returned})  # type: ignore[attr-defined]
            state = event.apply(state)
        had = [each for each in uses if (each.code in codes if each.code else each.offer in offers)]
        expected = {each.counter for each in uses if each in had or not each.given_back} | {NUMBER.counter}
        assert {each.counter for each in state.uses} == expected
        assert sorted(each.counter for each in (*state.uses, *state.let_go)) == sorted(
            each.counter for each in (*uses, NUMBER)
        )
        assert +counted == Counter({use.counter: use.amount for use in state.uses})


def test_a_reservation_follows_no_order() -> None:
    use = CountedUse("", "", "offer-uses:TEN", 1, 1, "C-1", offer="TEN")
    held = Redemption("q-1", "C-1", RedemptionStatus.RESERVED, (use,), NOW)
    assert FOLLOW_ORDER.decide(held, FollowOrder("q-1"), FACTS) == ()
