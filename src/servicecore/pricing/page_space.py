"""Page space: what the room of an item in a catalogue costs, and what its sales leave beyond it (A05, CC 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT

PAGE_OVERBOOKED: Final = ProblemKind(
    "pricing.page_overbooked",
    en="the items of page {page} take {value} percent of it; accepted: {accepted}",
    it="gli articoli della pagina {page} ne occupano il {value} per cento; valori ammessi: {accepted}",
    de="die Artikel der Seite {page} nehmen {value} Prozent ein; zulässig: {accepted}",
)
_ALL: Final = Decimal(100)


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 <= percent <= _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="0 to 100")
    return percent


@frozen
class PageSpace:
    """The room of an item on a page.

    Attributes:
        item: the item's id.
        percent: of the page, 0 to 100.

    """

    item: str = field(validator=lambda _self, _attribute, value: check_id(value, "item") and None)
    percent: Decimal = field(converter=_percent)


@frozen
class CataloguePage:
    """A page of a catalogue, with who is on it.

    Attributes:
        id: the page's number.
        cost: of the whole page, 0 or more: design, paper, print and postage.
        spaces: the items on it.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    cost: Money = field()
    spaces: tuple[PageSpace, ...] = ()

    @cost.validator
    def _check_cost(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("cost", value=value, accepted="a cost of 0 or more")

    @property
    def taken(self) -> Decimal:
        """Return how many percent of the page its items take."""
        return sum((space.percent for space in self.spaces), Decimal(0))

    def space_cost(self, space: PageSpace) -> Money:
        """Return what ``space`` costs: its percentage of the page's cost, half up to the currency's decimals."""
        return Money(EXACT.multiply(self.cost.amount, space.percent).scaleb(-2, EXACT), self.cost.currency).round()


@frozen
class SpaceResult:
    """What the space of one item brought.

    Attributes:
        page: the page's number.
        item: the item's id.
        cost: of its space.
        sales: of the item.
        contribution: sales less cost; below 0 where the space cost more.

    """

    page: str
    item: str
    cost: Money
    sales: Money
    contribution: Money


@frozen
class SpaceAnalysis:
    """The analysis of the pages of a catalogue.

    Attributes:
        results: one for each space, in the order of pages and spaces.
        warnings: ``pricing.page_overbooked`` for each page of which more than all is taken.

    """

    results: tuple[SpaceResult, ...]
    warnings: tuple[Problem, ...]


def analyse_space(pages: Iterable[CataloguePage], sales: Mapping[str, Money]) -> SpaceAnalysis:
    """Return what each item's space cost and brought (CC 5.4).

    Args:
        pages: of one catalogue.
        sales: by item, net of what came back, in the currency of the page; an item that is missing sold nothing. An
            item on several spaces has the same sales beside each.

    Raises:
        InvalidValue: ``money.currency_mismatch`` for sales in another currency than the page's cost.

    """
    results, warnings = [], []
    for place, page in enumerate(pages):
        if page.taken > _ALL:
            path = f"pages[{place}].spaces"
            warnings.append(PAGE_OVERBOOKED.at(path, page=page.id, value=page.taken, accepted="100 or less"))
        for space in page.spaces:
            cost = page.space_cost(space)
            sold = sales.get(space.item, Money.zero(cost.currency))
            if sold.currency != cost.currency:
                raise CURRENCY_MISMATCH.error(f"sales.{space.item}", value=sold, other=cost.currency)
            results.append(SpaceResult(page.id, space.item, cost, sold, sold - cost))
    return SpaceAnalysis(tuple(results), tuple(warnings))
