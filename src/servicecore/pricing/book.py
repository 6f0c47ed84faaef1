"""The price book: everything that a shop's prices follow from, as one value that can stand in a file."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.late_slot import fill_late
from servicecore.kernel.quantity import Conversion
from servicecore.pricing.catalogue_promotions import CataloguePromotion, CatalogueSelection
from servicecore.pricing.charges import AutoCharge
from servicecore.pricing.costs import CostRow
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.deductions import MarginDeduction
from servicecore.pricing.delivery_modes import DeliveryMode
from servicecore.pricing.margin import MarginPolicy
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_lists import PriceList
from servicecore.pricing.promotions.combination import HOUSE, Combination
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.rounding_policy import RoundingPolicy
from servicecore.pricing.sources import Catalogue, ExchangePolicy, SourceCode


@frozen(field_transformer=checked_fields)
class TaxSettings:
    """How prices relate to tax.

    Attributes:
        prices_include_tax: whether every price, discount and charge of the book contains tax; a quote converts the
            prices of rows that say otherwise (`PriceRow.includes_tax`).
        default_category: the tax category of items that name none.

    """

    prices_include_tax: bool = False
    default_category: str = "standard"


class OffersInRow:
    """The base of a frozen class with slots whose field ``offers`` may be put in a row when it is read.

    A book made by its constructor has its offers. One that is a change of another has them by id instead, in their
    order, until somebody reads them: copying the row would cost more than all the rest of a change.
    """

    __slots__ = ("__weakref__", "_offers_by_id")
    _offers_by_id: Mapping[str, Offer]

    @classmethod
    def __init_subclass__(cls, **kwargs: object) -> None:
        """Let the offers be put in a row."""
        super().__init_subclass__(**kwargs)
        fill_late(cls, "offers", lambda book: tuple(book._offers_by_id.values()))  # noqa: SLF001 - its own


@frozen(field_transformer=checked_fields)
class PriceBook(OffersInRow):
    """Everything that prices follow from; ``compile_book`` makes it fast.

    Attributes:
        id: the book's id.
        version: changes with the content; a quote names it, so that it can be replayed.
        items: what is sold.
        lists: prices.
        costs: cost history.
        offers: special offers.
        combination: how offers stand beside each other.
        coupons: codes.
        charges: automatic charges.
        catalogue_promotions: prices that are lower for everybody, before any offer.
        catalogues: what customers order from.
        source_codes: codes of catalogues that a cart may carry.
        delivery_modes: how goods travel; none takes every name.
        conversions: units of measure, in general or of single items.
        rounding: where is rounded, and how.
        margin: bands of the margin alert; None computes none.
        deductions: royalty, broker's fee and rebate that margins are counted without.
        overrides: rules for prices set by hand.
        tax: how prices relate to tax.
        order_completion: whether orders are completed in one step, as some coupons ask (CC 11.2).
        zone: IANA zone of the civil days that validities mean.
        catalogue_selection: which of several catalogue promotions lower a price.
        exchanges: which source code an exchange carries.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    version: str
    items: tuple[Item, ...] = ()
    lists: tuple[PriceList, ...] = ()
    costs: tuple[CostRow, ...] = ()
    offers: tuple[Offer, ...] = ()
    combination: Combination = HOUSE
    coupons: tuple[Coupon, ...] = ()
    charges: tuple[AutoCharge, ...] = ()
    catalogue_promotions: tuple[CataloguePromotion, ...] = ()
    catalogues: tuple[Catalogue, ...] = ()
    source_codes: tuple[SourceCode, ...] = ()
    delivery_modes: tuple[DeliveryMode, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    rounding: RoundingPolicy = RoundingPolicy()  # noqa: RUF009 - a frozen value
    margin: MarginPolicy | None = None
    deductions: tuple[MarginDeduction, ...] = ()
    overrides: OverridePolicy = OverridePolicy()  # noqa: RUF009 - a frozen value
    tax: TaxSettings = TaxSettings()
    order_completion: bool = True
    zone: str = "UTC"
    catalogue_selection: CatalogueSelection = CatalogueSelection.ALL
    exchanges: ExchangePolicy = ExchangePolicy()  # noqa: RUF009 - a frozen value
