from __future__ import annotations

from collections.abc import Callable
from typing import Any

from servicecore.orders import AddNote, ApplyHold, Note
from servicecore.pricing.quote import Quote


def test_a_note_is_kept_with_who_wrote_it_even_on_a_held_order(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.do(ApplyHold("order-1", "agent"), reason="other")
    order = desk.do(AddNote("order-1", "gift, no invoice in the box", line=1, external=True))
    assert order.notes == (Note("gift, no invoice in the box", desk.now, "agent-1", 1, external=True),)


def test_blank_notes_and_unknown_lines_are_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(AddNote("order-1", " \n", line=5)) == ("orders.empty_note", "orders.unknown_line")
