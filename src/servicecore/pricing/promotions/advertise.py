"""The advertised price: what one more unit costs, given what is in the cart already."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING, Bench, View
from servicecore.pricing.promotions.benefits import AnyBenefit
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.offer import Offer


def marginal_discount(
    benefit: AnyBenefit,
    settings: Combination,
    currency: str,
    unit_price: Decimal,
    *,
    in_cart: Decimal,
    wanted: Decimal,
    rounding: Rounding = HALF_UP,
) -> Decimal:
    """Return what each of ``wanted`` more units costs less, where ``in_cart`` units lie in the cart already.

    It is the benefit of all units less that of those in the cart, for each unit wanted, rounded. Units and prices are
    those of one item; ``currency`` is that of ``unit_price``.

    Raises:
        InvalidValue: ``value.not_accepted`` for no unit wanted, or fewer than none in the cart.

    """
    if wanted <= 0 or in_cart < 0:
        value = wanted if wanted <= 0 else in_cart
        raise NOT_ACCEPTED.error("wanted", value=value, accepted="above 0 wanted, 0 or more in the cart")
    after = _benefit_of(benefit, settings, currency, unit_price, EXACT.add(in_cart, wanted))
    before = _benefit_of(benefit, settings, currency, unit_price, in_cart)
    return rounding.apply(EXACT.divide(EXACT.subtract(after, before), wanted), currency)


def _benefit_of(
    benefit: AnyBenefit, settings: Combination, currency: str, unit_price: Decimal, units: Decimal
) -> Decimal:
    if not units:
        return NOTHING
    line = BasketLine("1", "1", units, unit_price, shipping=benefit.scope is Scope.SHIPPING)
    bench = Bench(Basket(currency, (line,)), settings)
    return benefit.propose(View(bench, Offer("advertised", (benefit,)))).amount
