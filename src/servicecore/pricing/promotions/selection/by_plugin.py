"""The selection that a plugin makes: it picks, every pick is checked, and the host applies and explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import Factory, define

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.broken_part import ask, broken
from servicecore.pricing.promotions.combination import OfferOrder
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.pricing.promotions.selection.all_in_order import apply_offer
from servicecore.pricing.promotions.selection.contest import Bid, Contest, Pick
from servicecore.pricing.promotions.selection.one_of_group import one_of_each_group
from servicecore.pricing.promotions.selection.run import Run

NOT_SELECTED: Final = ProblemKind(
    "pricing.offer_not_selected",
    en="the selection {selection} leaves {value} off out, beside {winner}; accepted: {accepted}",
    it="la selezione {selection} tralascia lo sconto di {value}, accanto a {winner}; valori ammessi: {accepted}",
    de="die Auswahl {selection} lässt {value} Nachlass aus, neben {winner}; zulässig: {accepted}",
)
_PICK: Final = "a Pick of one of the bids, or None"


@define(eq=False)
class _Round:
    """The contest of one lane while it goes on.

    Attributes:
        run: what the offers are applied to.
        selection: the plugin's.
        lane: its name.
        on_order: whether its offers are on the order.
        applied: shared by all rounds of a run.
        left: the offers that are still in it, in order.
        lost: by offer, why it was beaten.

    """

    run: Run
    selection: PluginSelection
    lane: str
    on_order: bool
    applied: list[Bid]
    left: dict[str, Offer]
    lost: dict[str, Problem] = Factory(dict)

    def go_on(self) -> bool:
        """Apply the next offer; return whether there was one."""
        bids = tuple([bid for each in self.left.values() if (bid := self.bid(each)).amount])
        if not bids:
            return False
        contest = Contest(self.run.bench.basket, self.lane, self.on_order, bids, tuple(self.applied))
        pick = ask(self.selection.tag(), lambda: self.selection.choose(contest))
        if pick is None:
            return False
        by_id = {each.offer.id: each for each in bids}
        self.check(pick, by_id)
        bid = by_id[pick.offer]
        before = len(self.run.bench.shares)
        if pick.lines is not None:
            self.run.confined[pick.offer] = frozenset(pick.lines)
        apply_offer(self.run, bid.offer)
        given = Bid(bid.offer, tuple(self.run.bench.shares[before:]))
        self.applied.append(given)
        del self.left[pick.offer]
        for name in pick.beats:
            self.beat(by_id[name], given, pick.lines)
        return True

    def bid(self, offer: Offer) -> Bid:
        """Return what ``offer`` would take off now; what does not fit its budget is noted only when it ends."""
        noted = len(self.run.lost)
        proposal = self.run.offered(offer)
        refused = self.run.lost[noted:]
        del self.run.lost[noted:]
        if refused:
            self.lost[offer.id] = refused[-1].reason
        return Bid(offer, proposal.shares)

    def beat(self, loser: Bid, winner: Bid, lines: tuple[str, ...] | None) -> None:
        """Let ``loser`` stand back, on ``lines`` or altogether."""
        offer, run = loser.offer, self.run
        if lines is None:
            del self.left[offer.id]
            self.lost[offer.id] = self.problem(loser, winner.offer.id)
            return
        everything = frozenset([each.id for each in run.bench.basket.lines])
        run.confined[offer.id] = run.confined.get(offer.id, everything) - set(lines)
        for line in lines:
            part = Bid(offer, tuple([each for each in loser.shares if each.line == line]))
            if part.shares:
                problem = self.problem(part, winner.offer.id)
                run.lost_on_line.append((line, NotApplied(run.name(offer), problem)))
                self.lost[offer.id] = problem

    def problem(self, bid: Bid, winners: str) -> Problem:
        """Return that the selection leaves ``bid`` out."""
        value, tag = Money(bid.amount, self.run.bench.basket.currency), self.selection.tag()
        return NOT_SELECTED.at("offers", value=value, selection=tag, winner=winners, accepted=self.selection.text)

    def end(self, entered: Sequence[Offer]) -> None:
        """Note why each of the offers that were not applied took no effect."""
        winners = ", ".join(each.offer.id for each in self.applied) or "-"
        bids = {name: self.bid(offer) for name, offer in self.left.items()}
        for offer in entered:
            bid = bids.get(offer.id)
            if self.run.times.get(offer.id):
                continue
            if bid is not None and bid.amount:
                self.run.refuse(offer, self.problem(bid, winners))
            elif offer.id in self.lost:
                self.run.refuse(offer, self.lost[offer.id])
            else:
                self.run.gives_nothing(offer)

    def check(self, pick: object, bids: dict[str, Bid]) -> None:
        """Refuse an answer that cannot be."""
        tag = self.selection.tag()
        if type(pick) is not Pick:
            raise broken(tag, f"an answer of class {type(pick).__name__}", _PICK)
        if type(pick.offer) is not str or pick.offer not in bids:
            raise broken(tag, f"it picks {pick.offer!r}", f"one of {', '.join(bids)}, or None")
        if pick.lines is not None:
            lines = bids[pick.offer].lines
            if type(pick.lines) is not tuple or not pick.lines or not set(pick.lines) <= set(lines):
                raise broken(tag, f"it picks lines {pick.lines!r}", f"some of {', '.join(lines)}, or None")
        if type(pick.beats) is not tuple or pick.offer in pick.beats or not set(pick.beats) <= set(bids):
            raise broken(tag, f"{pick.offer} beats {pick.beats!r}", "a tuple of ids of other bids")


def apply_by_plugin(run: Run, offers: Sequence[Offer], selection: PluginSelection) -> None:
    """Apply those of ``offers``, given in their order, that ``selection`` picks, lane after lane.

    In stages the offers on lines come first, then those on the order, on what they left; conditions of a stage are
    tested before its first pick. An offer is applied again where the settings repeat.

    Raises:
        BrokenPart: the selection raises, or its answer cannot be.

    """
    staged = run.bench.settings.order is OfferOrder.STAGES
    applied: list[Bid] = []
    for lane in run.bench.settings.lanes or ("default",):
        of_lane = [offer for offer in offers if (offer.lane or "default") == lane]
        for on_order in (False, True) if staged else (False,):
            entered = run.enter([offer for offer in of_lane if not staged or offer.on_order is on_order])
            entered = one_of_each_group(run, entered)
            contest = _Round(run, selection, lane, on_order, applied, {offer.id: offer for offer in entered})
            # Items put in and shipping alone compete with nothing.
            for offer in entered:
                if not offer.lowers_goods:
                    del contest.left[offer.id]
                    apply_offer(run, offer)
            while contest.go_on():
                pass
            contest.end([offer for offer in entered if offer.id in contest.left or offer.id in contest.lost])
