"""An offer that a cart asks for: by itself, by a code, or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import NotApplied
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.bench import AddedItem
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import ReleasedBy

NEVER: Final[Mapping[str, int]] = MappingProxyType({})
"""No offer was applied on a bench."""
NOWHERE: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})
"""No offer's lines were noted."""


@frozen(eq=False, weakref_slot=False)
class AskedOffer:
    """An offer to be tested.

    Attributes:
        offer: the offer.
        among: the lines that name it; None is every line.
        by: the code that released it; None for others.

    """

    offer: Offer
    among: tuple[LineInProgress, ...] | None = None
    by: ReleasedBy | None = None

    @property
    def code(self) -> str:
        """Return the code that released it, as it is compared; empty for others."""
        return "" if self.by is None else self.by.code

    @property
    def counted(self) -> bool:
        """Return whether orders count its uses, or those of the code that released it."""
        return self.offer.counted or (self.by is not None and self.by.counted)

    @property
    def name(self) -> str:
        """Return what refusals call it: the code, or the offer's id."""
        return self.code or self.offer.id


_BlankAsked: Final = blank_class(AskedOffer)


def asked_of(offers: Iterable[Offer]) -> list[AskedOffer]:
    """Return automatic ``offers``, for every line: each cart asks for some, so they are made without ceremony."""
    asked: list[AskedOffer] = []
    for offer in offers:
        made = _BlankAsked()
        made.offer = offer
        made.among = None
        made.by = None
        made.__class__ = AskedOffer
        asked.append(made)
    return asked


@frozen(eq=False)
class AskedReward:
    """The rewards of an offer, to be promised when all prices are made.

    Attributes:
        asked: the offer with its rewards alone.
        beside_prices: whether the offer lowers or adds something too.
        lines: ids of the goods that its conditions left when that was applied; None where it was not.

    """

    asked: AskedOffer
    beside_prices: bool
    lines: frozenset[str] | None = None


@frozen(eq=False)
class AddedByOffer:
    """An item that an offer puts into the cart, and the code that released the offer; empty for others."""

    offer: Offer
    item: AddedItem
    code: str = ""


@frozen(weakref_slot=False)
class OfferOutcome:
    """What became of the offers asked for.

    Attributes:
        tested: how many were tested.
        not_applied: those that touched no line.
        added: what they put into the cart.
        shipping: those with benefits on shipping, to be applied once the charges are known.
        rewards: those with rewards, to be promised at the end.
        best_price: the proof that no other combination takes more off, where the book asks for the best price.
        counted: those whose uses orders count, applied or not.
        times: how often each was applied, where that was counted.
        allowed: by offer, ids of the goods that its conditions left, where that was noted.
        alone: id of the offer or exclusive coupon that lowered goods and tolerates nothing else in the cart; empty
            for none, and where no offer is on shipping.

    """

    tested: int
    not_applied: tuple[NotApplied, ...]
    added: tuple[AddedByOffer, ...] = ()
    shipping: tuple[AskedOffer, ...] = ()
    rewards: tuple[AskedReward, ...] = ()
    best_price: Certificate | None = None
    counted: tuple[AskedOffer, ...] = ()
    times: Mapping[str, int] = NEVER
    allowed: Mapping[str, frozenset[str]] = NOWHERE
    alone: str = ""
