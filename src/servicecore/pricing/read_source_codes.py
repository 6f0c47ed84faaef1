"""Read the source codes of a cart: the groups whose prices its lines get, and the products that come free (CC 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import Cart
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.sources import Catalogue, ExchangePolicy, ExchangeSource, FreeProduct, SourceCode
from servicecore.pricing.validity import first_day, in_words, last_day

UNKNOWN_SOURCE_CODE: Final = ProblemKind(
    "pricing.unknown_source_code",
    en="there is no source code {value}; accepted: {accepted}",
    it="non esiste il codice di origine {value}; valori ammessi: {accepted}",
    de="den Herkunftscode {value} gibt es nicht; zulässig: {accepted}",
)
SOURCE_CODE_INACTIVE: Final = ProblemKind(
    "pricing.source_code_inactive",
    en="the source code {value} is not valid on {day}; accepted: {accepted}",
    it="il codice di origine {value} non è valido il {day}; valori ammessi: {accepted}",
    de="der Herkunftscode {value} gilt am {day} nicht; zulässig: {accepted}",
)
GIVEN_TWICE: Final = ProblemKind(
    "pricing.source_code_given_twice",
    en="the source code {value} stands in the book twice; accepted: {accepted}",
    it="il codice di origine {value} compare due volte nel listino; valori ammessi: {accepted}",
    de="der Herkunftscode {value} steht doppelt im Preisbuch; zulässig: {accepted}",
)
UNKNOWN_CATALOGUE: Final = ProblemKind(
    "pricing.unknown_catalogue",
    en="there is no catalogue {value}; accepted: {accepted}",
    it="non esiste il catalogo {value}; valori ammessi: {accepted}",
    de="den Katalog {value} gibt es nicht; zulässig: {accepted}",
)

_NO_EXCHANGES: Final = ExchangePolicy()


@frozen(eq=False)
class Source:
    """A source code with its catalogue."""

    code: SourceCode
    catalogue: Catalogue

    def is_valid_on(self, day: int) -> bool:
        """Return whether an order may carry the code on ``day``, a number of days."""
        return first_day(self.code.valid_from) <= day <= last_day(self.code.valid_until)

    def problem(self, day: int, path: str, *, expired: bool = False) -> Problem | None:
        """Return ``pricing.source_code_inactive`` where the code is not valid on ``day``; it may be ``expired``."""
        if self.is_valid_on(day) or (expired and day > last_day(self.code.valid_until)):
            return None
        accepted = in_words(self.code.valid_from, self.code.valid_until)
        return SOURCE_CODE_INACTIVE.at(path, value=self.code.id, day=date.fromordinal(day), accepted=accepted)


@frozen(eq=False)
class CartSources:
    """What the source codes of a cart mean.

    Attributes:
        header: of the cart; None where it names none.
        lines: of the lines that name another one than the cart, by place in the cart, from 0.
        problems: codes that nobody knows or that are not valid.

    """

    header: Source | None
    lines: Mapping[int, Source]
    problems: tuple[Problem, ...]

    def catalogues(self) -> tuple[tuple[Catalogue, int | None], ...]:
        """Return the catalogues, each once, with the place of the first line that brings it; that of the cart first."""
        found: dict[str, tuple[Catalogue, int | None]] = {}
        if self.header is not None:
            found[self.header.catalogue.id] = (self.header.catalogue, None)
        for place, source in self.lines.items():
            found.setdefault(source.catalogue.id, (source.catalogue, place))
        return tuple(found.values())

    def free_products(self) -> tuple[tuple[Catalogue, FreeProduct, int | None], ...]:
        """Return what the catalogues give for nothing, with the place of the line that brings it; None for the cart."""
        return tuple([(each, free, place) for each, place in self.catalogues() for free in each.free_products])


NO_SOURCES: Final = CartSources(None, {}, ())
"""A cart without source codes."""


def check_exchanges(policy: ExchangePolicy, codes: Iterable[SourceCode]) -> None:
    """Refuse a default code of exchanges that is none of ``codes``.

    Raises:
        InvalidValue: ``pricing.unknown_source_code``.

    """
    known = {normalised(code.id): code.id for code in codes}
    if policy.default and normalised(policy.default) not in known:
        accepted = ", ".join(known.values()) or "a source code of the book"
        raise UNKNOWN_SOURCE_CODE.error("exchanges.default", value=policy.default, accepted=accepted)


def file_sources(codes: Iterable[SourceCode], catalogues: Iterable[Catalogue]) -> Mapping[str, Source]:
    """Return the source codes by their normalised id.

    Raises:
        InvalidValue: ``pricing.unknown_catalogue``, ``pricing.source_code_given_twice``.

    """
    known = {each.id: each for each in catalogues}
    filed: dict[str, Source] = {}
    for code in codes:
        path = f"source_codes.{code.id}"
        if code.catalogue not in known:
            accepted = ", ".join(known) or "a catalogue of the book"
            raise UNKNOWN_CATALOGUE.error(f"{path}.catalogue", value=code.catalogue, accepted=accepted)
        key = normalised(code.id)
        if key in filed:
            raise GIVEN_TWICE.error(path, value=code.id, accepted="each code once, blanks and case aside")
        filed[key] = Source(code, known[code.catalogue])
    return filed


def with_exchange_source(policy: ExchangePolicy, cart: Cart) -> Cart:
    """Return ``cart``, which exchanges goods, with the source code that ``policy`` gives it."""
    if policy.source is ExchangeSource.ORIGINAL:
        return cart
    lines = [evolve(line, source_code="") if line.source_code else line for line in cart.lines]
    return evolve(cart, source_code=policy.default, lines=lines)


def read_source_codes(
    sources: Mapping[str, Source], cart: Cart, day: int, policy: ExchangePolicy = _NO_EXCHANGES
) -> CartSources:
    """Return what the source codes of ``cart`` mean on ``day``; a line without one has that of the cart.

    An exchange may carry an expired code where ``policy`` says so.

    Problems: ``pricing.unknown_source_code``, ``pricing.source_code_inactive``.
    """
    problems: list[Problem] = []
    expired = cart.exchange and policy.allow_expired

    def read(typed: str, path: str) -> Source | None:
        found = sources.get(normalised(typed))
        problem = (
            UNKNOWN_SOURCE_CODE.at(path, value=typed, accepted="a source code of the price book")
            if found is None
            else found.problem(day, path, expired=expired)
        )
        if problem is None:
            return found
        problems.append(problem)
        return None

    header = read(cart.source_code, "source_code") if cart.source_code else None
    lines: dict[int, Source] = {}
    for index, line in enumerate(cart.lines):
        if line.source_code:
            own = read(line.source_code, f"lines[{index}].source_code")
            if own is not None:
                lines[index] = own
    return CartSources(header, lines, tuple(problems))


def with_price_groups(cart: Cart, sources: CartSources) -> Cart:
    """Return the cart as offers see it: with the price groups of the catalogue that it is ordered from."""
    groups = () if sources.header is None else sources.header.catalogue.price_groups
    return evolve(cart, customer_groups=(*cart.customer_groups, *groups)) if groups else cart


def groups_by_line(cart: Cart, sources: CartSources) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return by line id the groups that count on lines with a source code of their own, not those of the cart's."""
    return tuple(
        [
            (str(cart.lines[place].number), (*cart.customer_groups, *source.catalogue.price_groups))
            for place, source in sources.lines.items()
        ]
    )
