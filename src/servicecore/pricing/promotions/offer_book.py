"""The offers of a compiled price book, filed where a quote looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.pricing.overlay import changed
from servicecore.pricing.promotions.asked import AskedOffer
from servicecore.pricing.promotions.combination import Combination, OfferOrder, Selection
from servicecore.pricing.promotions.endless_repeat import check_repeat
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import LimitedCode, OfferCode, matched
from servicecore.pricing.promotions.offer_index import OfferIndex, index_offers
from servicecore.pricing.promotions.plugin_selection import PluginSelection

CODE_TWICE: Final = ProblemKind(
    "pricing.code_given_twice",
    en="the code {value} releases {other} already; accepted: {accepted}",
    it="il codice {value} sblocca già {other}; valori ammessi: {accepted}",
    de="der Code {value} löst bereits {other} aus; zulässig: {accepted}",
)
UNKNOWN_LANE: Final = ProblemKind(
    "pricing.offer_unknown_lane",
    en="the offer {offer} stands in the lane {value}; accepted: {accepted}",
    it="l'offerta {offer} sta nella corsia {value}; valori ammessi: {accepted}",
    de="das Angebot {offer} steht in der Spur {value}; zulässig: {accepted}",
)
UNKNOWN_GROUP: Final = ProblemKind(
    "pricing.offer_unknown_group",
    en="the offer {offer} stands in the group {value}; accepted: {accepted}",
    it="l'offerta {offer} sta nel gruppo {value}; valori ammessi: {accepted}",
    de="das Angebot {offer} steht in der Gruppe {value}; zulässig: {accepted}",
)

_NONE_FILED: Final = OfferIndex({}, ())


@frozen
class OfferBook:
    """The offers of a compiled price book.

    Attributes:
        by_id: every offer, in the order of the book.
        by_code: offers with their own codes, by the code as it is compared.
        index: the automatic ones, by what a cart has.
        combination: how they stand beside each other.
        plain: whether the combination is.
        looking_back: the automatic ones to which it matters what orders did before, filed likewise; None where that
            matters to no offer at all.
        places: where each stands in the book; empty where the order of application does not ask for it.

    """

    by_id: Mapping[str, Offer]
    by_code: Mapping[str, tuple[Offer, OfferCode]]
    index: OfferIndex
    combination: Combination
    plain: bool
    looking_back: OfferIndex | None
    places: Mapping[str, int]

    def place(self, asked: AskedOffer) -> tuple[object, ...]:
        """Return where an offer comes among those that a cart asks for."""
        if self.combination.order is OfferOrder.STAGES:
            return asked.offer.order
        return (self.places[asked.offer.id],)

    def limited_codes(self, codes: Iterable[str]) -> tuple[LimitedCode, ...]:
        """Return those of ``codes`` that are an offer's own and work only so often, each once."""
        found: dict[str, LimitedCode] = {}
        if self.looking_back is not None:
            for typed in codes:
                key = matched(typed, self.combination.code_match)
                known = self.by_code.get(key)
                if known is not None and known[1].limited:
                    found[key] = LimitedCode(known[0].id, key, known[1])
        return tuple(found.values())

    def with_offer(self, offer: Offer) -> OfferBook:
        """Return the book with ``offer``, in the place of the one with its id or after all others.

        Raises:
            InvalidValue: ``pricing.code_given_twice``, ``pricing.offer_unknown_lane``,
                ``pricing.offer_unknown_group``, ``pricing.offer_repeats_endlessly``,
                ``value.not_accepted`` for an offer without benefits.

        """
        check_benefits(offer)
        check_lane(offer, self.combination)
        check_ways(offer, self.combination)
        check_repeat(offer, self.combination)
        old = self.by_id.get(offer.id)
        known = self if old is None else self.without(old)
        places = self.places
        if old is None and self.combination.order is not OfferOrder.STAGES:
            places = changed(places, offer.id, max(places.values(), default=-1) + 1)
        by_code = known.by_code
        if offer.codes:
            filed = dict(by_code)
            file_offer_codes(filed, offer, self.combination)
            by_code = filed
        return evolve(
            known,
            by_id=changed(self.by_id, offer.id, offer),
            by_code=by_code,
            index=known.index.with_offer(offer),
            looking_back=(known.looking_back or _NONE_FILED).with_offer(offer)
            if offer.looks_back
            else known.looking_back,
            places=places,
        )

    def without(self, offer: Offer) -> OfferBook:
        """Return the book without ``offer``, which it holds."""
        by_code = self.by_code
        for code in offer.codes:
            by_code = changed(by_code, matched(code.code, self.combination.code_match), None)
        back = self.looking_back
        return evolve(
            self,
            by_id=changed(self.by_id, offer.id, None),
            by_code=by_code,
            index=self.index.without(offer),
            looking_back=back.without(offer) if back is not None and offer.looks_back else back,
        )


def file_offers(offers: Iterable[Offer], combination: Combination) -> OfferBook:
    """Return ``offers``, each id once, filed.

    Raises:
        InvalidValue: ``pricing.code_given_twice``, ``pricing.offer_unknown_lane``,
            ``pricing.offer_unknown_group``, ``pricing.offer_repeats_endlessly``,
            ``value.not_accepted`` for an offer without benefits.

    """
    given = tuple(offers)
    by_code: dict[str, tuple[Offer, OfferCode]] = {}
    for offer in given:
        check_benefits(offer)
        if offer.lane or combination.lanes:
            check_lane(offer, combination)
        if offer.stops or offer.group:
            check_ways(offer, combination)
        if combination.repeat:
            check_repeat(offer, combination)
        file_offer_codes(by_code, offer, combination)
    staged = combination.order is OfferOrder.STAGES
    ordered = sorted(given, key=lambda offer: offer.id)
    # Most offers have neither: they are not asked one by one.
    back = [each for each in ordered if (each.conditions or each.codes or not each.plain) and each.looks_back]
    return OfferBook(
        by_id={offer.id: offer for offer in given},
        by_code=by_code,
        index=index_offers(ordered),
        combination=combination,
        plain=combination.plain,
        looking_back=index_offers(back) if back else None,
        places={} if staged else {offer.id: place for place, offer in enumerate(given)},
    )


def check_benefits(offer: Offer) -> None:
    """Refuse an offer that promises nothing."""
    if not offer.benefits:
        raise NOT_ACCEPTED.error(f"offers.{offer.id}.benefits", value="none", accepted="at least one benefit")


def check_lane(offer: Offer, combination: Combination) -> None:
    """Refuse an offer that no lane would ever come to."""
    lane, lanes = offer.lane or "default", combination.lanes or ("default",)
    by_lane = combination.selection is Selection.BEST_SINGLE or isinstance(combination.selection, PluginSelection)
    if by_lane and lane not in lanes:
        accepted = ", ".join(lanes)
        raise UNKNOWN_LANE.error(f"offers.{offer.id}.lane", offer=offer.id, value=lane, accepted=accepted)


def check_ways(offer: Offer, combination: Combination) -> None:
    """Refuse an offer in a group that the book does not have, or with a way that its selection cannot go."""
    selection, path = combination.selection, f"offers.{offer.id}"
    if offer.stops and selection is Selection.OPTIMAL:
        accepted = "false, where the selection is optimal, which applies offers in no order"
        raise NOT_ACCEPTED.error(f"{path}.stops", value="true", accepted=accepted)
    if not offer.group:
        return
    names = [group.name for group in combination.groups]
    if offer.group not in names:
        accepted = ", ".join(names) or "none, or a group of combination.groups"
        raise UNKNOWN_GROUP.error(f"{path}.group", offer=offer.id, value=offer.group, accepted=accepted)


def file_offer_codes(by_code: dict[str, tuple[Offer, OfferCode]], offer: Offer, combination: Combination) -> None:
    """Add the codes of ``offer`` to ``by_code``; refuse one that another offer has (``pricing.code_given_twice``)."""
    for code in offer.codes:
        other, _code = by_code.setdefault(matched(code.code, combination.code_match), (offer, code))
        if other is not offer:
            raise CODE_TWICE.error(f"offers.{offer.id}.codes", value=code.code, other=other.id, accepted="a new code")
