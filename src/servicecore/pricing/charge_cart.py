"""Charge a cart: the automatic charges of the order and of its lines, then what was changed or added by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import reduce
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_overrides import AddedCharge, ChargeOverride
from servicecore.pricing.charges import AutoCharge, ChargeLevel
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.personalisation import UNKNOWN_PERSONALISATION
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.quote import QuoteCharge

UNKNOWN_CHARGE: Final = ProblemKind(
    "pricing.unknown_charge",
    en="{value} is not charged here; accepted: {accepted}",
    it="{value} non viene addebitata qui; valori ammessi: {accepted}",
    de="{value} wird hier nicht berechnet; zulässig: {accepted}",
)
CHARGE_OVERRIDDEN: Final = StepKind(
    "pricing.charge_override",
    en="charge set to {amount} by {actor}: {reason}",
    it="spesa fissata a {amount} da {actor}: {reason}",
    de="Zuschlag von {actor} auf {amount} gesetzt: {reason}",
)
CHARGE_ADDED: Final = StepKind(
    "pricing.charge_added",
    en="charge {charge} added by {actor}: {terms}, {reason}",
    it="spesa {charge} aggiunta da {actor}: {terms}, {reason}",
    de="Zuschlag {charge} von {actor} ergänzt: {terms}, {reason}",
)


@frozen
class Charged:
    """The charges of a cart, untaxed, or what is wrong with those that were changed or added by hand."""

    charges: tuple[QuoteCharge, ...]
    problems: tuple[Problem, ...]


def charge_cart(book: CompiledBook, scene: Scene, value: Money, facts: Facts) -> Charged:
    """Return the charges of the cart of ``scene``, whose lines are worth ``value`` after discounts.

    Charges of the order follow the cart's delivery mode, charges of lines the line's; they add up (CC 3.2).

    Problems: ``pricing.unknown_charge``, ``money.currency_mismatch``, ``value.not_accepted`` and the refusals of
    the override policy.
    """
    cart, lines = scene.cart, scene.lines
    charges = list(_automatic(book, scene, value)) if book.charges else []
    problems: list[Problem] = []
    for index, override in enumerate(cart.charge_overrides):
        problems += _override(book, charges, override, facts, f"charge_overrides[{index}]")
    quantities = {line.number: line.quantity for line in lines}
    for index, added in enumerate(cart.added_charges):
        path = f"added_charges[{index}]"
        if added.amount.currency != value.currency:
            problems.append(CURRENCY_MISMATCH.at(f"{path}.amount", value=added.amount, other=value.currency))
            continue
        made = _added(charges, added, quantities, facts, path)
        if isinstance(made, Problem):
            problems.append(made)
            continue
        charges.append(made)
        problems += book.book.overrides.added_refusals(added.reason, facts, path)
    return Charged(tuple(charges), tuple(problems))


def check_personalisations(book: CompiledBook, cart: Cart, lines: tuple[LineInProgress, ...]) -> list[Problem]:
    """Return the personalisations that no charge is for on their item (``pricing.unknown_personalisation``).

    One that costs nothing is a charge with the value 0.
    """
    problems: list[Problem] = []
    for line in lines:
        known = {
            each.personalisation
            for each in book.charges
            if each.personalisation and each.currency == cart.currency and each.fits_item(line.item)
        }
        problems += [
            UNKNOWN_PERSONALISATION.at(
                f"lines[{line.index}].personalisations[{place}].code",
                value=wish.code,
                item=line.item.id,
                accepted=", ".join(sorted(known)) or "none",
            )
            for place, wish in enumerate(line.cart_line.personalisations)
            if wish.code not in known
        ]
    return problems


def _automatic(book: CompiledBook, scene: Scene, value: Money) -> Iterator[QuoteCharge]:
    cart, lines = scene.cart, scene.lines
    fitting = [each for each in book.charges if each.fits(cart)]
    groups = {mode.code: mode.group for mode in book.book.delivery_modes}
    for_order = [
        each
        for each in fitting
        if each.level is ChargeLevel.ORDER
        and each.fits_mode(cart.delivery_mode, groups.get(cart.delivery_mode))
        and (not each.conditions or each.left(lines, scene))
    ]
    units = reduce(EXACT.add, [line.own_quantity for line in lines])
    for charge in _one_of_each_code(for_order):
        quoted = charge.charge(value.amount, units)
        if quoted is not None:
            yield quoted
    for_lines = [each for each in fitting if each.level is ChargeLevel.LINE]
    charged = [(each, _charged_lines(each, scene, groups)) for each in for_lines]
    for line in lines if for_lines else ():
        for charge in _one_of_each_code([each for each, numbers in charged if line.number in numbers]):
            quoted = charge.charge(line.net, line.own_quantity, line.number)
            if quoted is not None:
                yield quoted


def _charged_lines(charge: AutoCharge, scene: Scene, groups: Mapping[str, str | None]) -> frozenset[int]:
    """Return the numbers of the lines in the scope of ``charge`` that its conditions leave."""
    found = []
    for line in scene.lines:
        mode = scene.cart.mode_of(line.cart_line)
        wishes = {each.code for each in line.cart_line.personalisations}
        if (
            charge.fits_mode(mode, groups.get(mode))
            and charge.fits_item(line.item)
            and (not charge.personalisation or charge.personalisation in wishes)
        ):
            found.append(line)
    return frozenset([line.number for line in charge.left(tuple(found), scene)])


def _one_of_each_code(charges: list[AutoCharge]) -> Iterator[AutoCharge]:
    seen: set[str] = set()
    for charge in charges:
        if not charge.code or charge.code not in seen:
            seen.add(charge.code)
            yield charge


def _override(
    book: CompiledBook, charges: list[QuoteCharge], override: ChargeOverride, facts: Facts, path: str
) -> list[Problem]:
    places = [place for place, each in enumerate(charges) if (each.id, each.line) == (override.charge, override.line)]
    if not places:
        known = ", ".join(each.key.removeprefix("charge:") for each in charges) or "none"
        return [UNKNOWN_CHARGE.at(f"{path}.charge", value=override.charge, accepted=known)]
    charge = charges[places[0]]
    if override.amount.currency != charge.amount.currency:
        return [CURRENCY_MISMATCH.at(f"{path}.amount", value=override.amount, other=charge.amount.currency)]
    if charge.overridden:
        return [NOT_ACCEPTED.at(f"{path}.charge", value=override.charge, accepted="each charge once")]
    problems = book.book.overrides.charge_refusals(charge.amount, override.amount, override.reason, facts, path)
    told = charge.explanation
    step = CHARGE_OVERRIDDEN.step(
        override.amount - charge.amount, amount=override.amount, actor=facts.actor.id, reason=override.reason
    )
    explanation = evolve(told, figure=override.amount, steps=(*told.steps, step))
    charges[places[0]] = evolve(charge, amount=override.amount, original=charge.amount, explanation=explanation)
    return problems


def _added(
    charges: list[QuoteCharge], added: AddedCharge, quantities: dict[int, Decimal], facts: Facts, path: str
) -> QuoteCharge | Problem:
    currency = added.amount.currency
    if any((each.id, each.line) == (added.id, added.line) for each in charges):
        return NOT_ACCEPTED.at(f"{path}.id", value=added.id, accepted="a charge that is not made already")
    if added.line and added.line not in quantities:
        accepted = ", ".join(map(str, quantities))
        return NOT_ACCEPTED.at(f"{path}.line", value=added.line, accepted=f"0, or one of the lines {accepted}")
    exact, terms = added.amount, str(added.amount)
    if added.per_unit:
        units = quantities[added.line]
        exact, terms = Money(EXACT.multiply(added.amount.amount, units), currency), f"{units} * {added.amount}"
    amount = exact.round()
    step = CHARGE_ADDED.step(amount, charge=added.id, actor=facts.actor.id, terms=terms, reason=added.reason)
    return QuoteCharge(
        id=added.id,
        amount=amount,
        tax=Money.zero(currency),
        tax_category=added.tax_category,
        explanation=Explanation(f"charge {added.id}", amount, (step,)),
        category=added.category,
        line=added.line,
        per_unit=added.per_unit,
        refundable=added.refundable,
    )
