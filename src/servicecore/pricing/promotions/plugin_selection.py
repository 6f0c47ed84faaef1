"""The selection that a plugin brings: it picks the offers one after the other, and the host applies them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.pricing.promotions.broken_part import said_or_name

if TYPE_CHECKING:
    from servicecore.pricing.promotions.selection.contest import Contest, Pick


@frozen(field_transformer=checked_fields)
class PluginSelection:
    """The base of a plugin's selections; a frozen attrs class whose fields can stand in a file.

    A subclass has ``plugin``, the id of its plugin, and overrides ``choose`` and ``describe``, nothing else. It says
    which offer is applied next and which stand back; what comes off, limits, budgets, exclusivity and the explanation
    are the host's, as with every selection. It is pure and runs in the caller's thread, without a deadline.
    """

    open_to_plugins: ClassVar[bool] = True
    plugin: ClassVar[str] = ""

    @classmethod
    @final
    def tag(cls) -> str:
        """Return what files call it: ``acme.AtMost``."""
        return f"{cls.plugin}.{cls.__name__}"

    @abstractmethod
    def choose(self, contest: Contest) -> Pick | None:
        """Return the offer to apply next; None where none of those that are left is applied.

        It is asked again after each application, with what the offers left would give then. Every offer is picked once
        at most. It is asked for each lane, first about offers on lines, then about those on the order.
        """
        raise NotImplementedError

    @abstractmethod
    def describe(self) -> str:
        """Return how it chooses, without words, for explanations: ``<= 2``."""
        raise NotImplementedError

    @property
    @final
    def text(self) -> str:
        """Return how it chooses, without words; its name where it cannot say it."""
        return said_or_name(self.tag(), self.describe)
