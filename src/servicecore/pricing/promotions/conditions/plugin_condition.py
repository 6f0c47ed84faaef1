"""The condition that a plugin brings: it narrows lines as the built-in ones do, and its answer is checked."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import ClassVar, Final, final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import LOCALES, Problem
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import Bench, View
from servicecore.pricing.promotions.broken_part import ask, broken
from servicecore.pricing.promotions.conditions.condition import Condition, Progress
from servicecore.pricing.promotions.situation import L, Situation, Term

_ANSWER: Final = "a tuple of some of the lines given, in their order, or a Problem that says why none is left"


@frozen(field_transformer=checked_fields)
class PluginCondition(Condition):
    """The base of a plugin's conditions; a frozen attrs class whose fields can stand in a file.

    A subclass has ``plugin``, the id of its plugin, and overrides ``keep``, nothing else. Its offer is applied on the
    bench and tested for every cart. It is pure and runs in the caller's thread, without a deadline. It spends no
    units.

    Where ``looks_back`` is True, its answer depends on what the customer did before: ``situation.customer`` knows the
    orders, the uses of offers and the flags, ``situation.uses_before`` the uses of its own offer, and an order asks it
    again (``offer.condition_changed``). Otherwise nobody looks, and these may say nothing.
    """

    open_to_plugins: ClassVar[bool] = True
    plugin: ClassVar[str] = ""
    looks_back: ClassVar[bool] = False

    @classmethod
    @final
    def tag(cls) -> str:
        """Return what files call it: ``acme.RainyDay``."""
        return f"{cls.plugin}.{cls.__name__}"

    @abstractmethod
    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Return the lines of ``lines`` that are left, at least one, or the problem that names value and accepted."""
        raise NotImplementedError

    @property
    @final
    def plain(self) -> bool:
        """Return False: its offers are applied on the bench."""
        return False

    @property
    @final
    def asks_history(self) -> bool:
        """Return whether it looks at what the customer did before."""
        return self.looks_back

    @property
    @final
    def asked_again(self) -> bool:
        """Return whether it looks at what the customer did before: nobody else knows at what."""
        return self.looks_back

    @final
    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Return the lines that it keeps, or its problem.

        Raises:
            BrokenPart: it raises, changes the bench, or its answer cannot be.

        """
        bench: Bench | None = getattr(situation, "bench", None)
        before = None if bench is None else bench.mark()
        answer = ask(self.tag(), lambda: self.keep(lines, situation))
        if bench is not None and bench.mark() != before:
            raise broken(self.tag(), "it changed the bench", "an answer alone")
        if isinstance(answer, Problem):
            ask(self.tag(), lambda: [answer.text(locale) for locale in LOCALES])
            return answer
        if type(answer) is not tuple or (lines and not answer):
            raise broken(self.tag(), f"an answer of class {type(answer).__name__}", _ANSWER)
        left = iter(lines)
        for each in answer:
            if not any(each is line for line in left):
                raise broken(self.tag(), "a line that it was not given, or given twice", _ANSWER)
        return answer

    @final
    def terms(self) -> tuple[Term, ...] | None:
        """Return None: it is tested for every cart."""
        return None

    @final
    def progress(self, view: View) -> Progress | None:
        """Return None: it says nothing of the way to it."""
        return Condition.progress(self, view)

    @final
    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return nothing: it spends no units."""
        return Condition.spend(self, view, used)

    @final
    def allows(self, line: BasketLine) -> bool:
        """Return that it allows every shipping method."""
        return Condition.allows(self, line)
