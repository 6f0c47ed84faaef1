"""The offers of a best-price problem: each application uses up units of the cart and takes something off them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.best_price.cuts import AmountCut, Cut, PercentCut


class Reach(Enum):
    """What an applied offer keeps other offers away from.

    - ``UNIT``: the units that it uses; every offer does at least this.
    - ``LINE``: all units of the lines that it uses.
    - ``CART``: the whole cart.
    """

    UNIT = "unit"
    LINE = "line"
    CART = "cart"


class ThresholdBasis(Enum):
    """Which value of the cart a threshold looks at: before any offer, or what the offers on units left."""

    UNDISCOUNTED = "undiscounted"
    REMAINING = "remaining"


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((values,) if isinstance(values, str) else values))


def _limit(_self: object, _attribute: object, value: int | None) -> None:
    if value is not None and (type(value) is not int or value < 0):
        raise NOT_ACCEPTED.error("max_applications", value=repr(value), accepted="a whole number of 0 or more, or none")


def _count(_self: object, attribute: object, value: int) -> None:
    if type(value) is not int or value < 1:
        name = getattr(attribute, "name", "count")
        raise NOT_ACCEPTED.error(name, value=repr(value), accepted="a whole number of 1 or more")


def _cap(value: object) -> Decimal | None:
    if value is None:
        return None
    cap = exact_decimal(value, "cap")
    if cap < 0:
        raise NOT_ACCEPTED.error("cap", value=cap, accepted="an amount of 0 or more, or none")
    return cap


@frozen(kw_only=True)
class UnitOffer:
    """The base of the offers that use up units.

    Attributes:
        id: named in the answer; of two equal answers the one with the lower ids is given.
        max_applications: how often it may be applied to the cart; None is as often as possible.
        cap: the most that it takes off the cart, major units; None is no cap.
        priority: a higher one takes its units first, whatever lower ones would have given.
        lane: lanes follow each other from the lowest number; a later one sees the prices that the earlier ones left
            and may use the same units again.
        reach: what it keeps other offers away from.
        group: of the offers of one group at most one is applied; empty is none.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    max_applications: int | None = field(default=None, validator=_limit)
    cap: Decimal | None = field(default=None, converter=_cap)
    priority: int = 0
    lane: int = 0
    reach: Reach = Reach.UNIT
    group: str = ""

    @abstractmethod
    def touched(self) -> tuple[str, ...]:
        """Return the ids of the lines that it can use."""
        raise NotImplementedError


@frozen(kw_only=True)
class EachUnit(UnitOffer):
    """``cut`` off single units of ``lines``."""

    lines: tuple[str, ...] = field(converter=_ids)
    cut: Cut

    def touched(self) -> tuple[str, ...]:
        """Return its lines."""
        return self.lines


@frozen(kw_only=True)
class Bundle(UnitOffer):
    """``cut`` off any ``size`` units of ``lines`` together."""

    lines: tuple[str, ...] = field(converter=_ids)
    size: int = field(validator=_count)
    cut: Cut

    def touched(self) -> tuple[str, ...]:
        """Return its lines."""
        return self.lines


@frozen(kw_only=True)
class DistinctSet(UnitOffer):
    """``cut`` off ``size`` units of as many different lines among ``lines``."""

    lines: tuple[str, ...] = field(converter=_ids)
    size: int = field(validator=_count)
    cut: Cut

    def touched(self) -> tuple[str, ...]:
        """Return its lines."""
        return self.lines


@frozen(kw_only=True)
class Slot:
    """``quantity`` units of ``lines``: one part of a set."""

    lines: tuple[str, ...] = field(converter=_ids)
    quantity: int = field(default=1, validator=_count)


def _slots(values: Iterable[Slot]) -> tuple[Slot, ...]:
    return tuple(values)


@frozen(kw_only=True)
class MixAndMatch(UnitOffer):
    """``cut`` off a set that has the units of every one of ``slots``."""

    slots: tuple[Slot, ...] = field(converter=_slots)
    cut: Cut

    @slots.validator
    def _check_slots(self, _attribute: object, value: tuple[Slot, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("slots", value="none", accepted="at least one slot")

    def touched(self) -> tuple[str, ...]:
        """Return the lines of all slots."""
        return _ids(line for slot in self.slots for line in slot.lines)


@frozen(kw_only=True)
class BuyGet(UnitOffer):
    """For ``buy_quantity`` units at full price, ``cut`` off ``get_quantity`` others, none dearer than those bought.

    Attributes:
        buy_lines: what is bought.
        buy_quantity: units of it.
        get_lines: what is got.
        get_quantity: units of it.
        cut: off each unit that is got.
        dearer: whether what is got may be dearer than what is bought for it.

    """

    buy_lines: tuple[str, ...] = field(converter=_ids)
    buy_quantity: int = field(default=1, validator=_count)
    get_lines: tuple[str, ...] = field(converter=_ids)
    get_quantity: int = field(default=1, validator=_count)
    cut: Cut
    dearer: bool = False

    def touched(self) -> tuple[str, ...]:
        """Return the lines of both sides."""
        return _ids((*self.buy_lines, *self.get_lines))


def _minimum(value: object) -> Decimal:
    return exact_decimal(value, "minimum")


@frozen(kw_only=True)
class OrderThreshold:
    """``cut`` off what the offers on units left of the cart, where the cart is worth at least ``minimum``.

    Of several thresholds at most one is applied, once, after every lane.

    Attributes:
        id: named in the answer.
        minimum: major units, itself included.
        cut: a percentage or an amount of what is left.
        basis: which value ``minimum`` is compared with.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    minimum: Decimal = field(converter=_minimum)
    cut: PercentCut | AmountCut
    basis: ThresholdBasis = ThresholdBasis.REMAINING
