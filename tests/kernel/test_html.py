"""Explanations as HTML: escaped, folded, well formed, without script."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.explain import Explanation, NotApplied, StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.problems import ProblemKind

GIVEN = StepKind("test.given", en="given {note}", it="dato {note}", de="gegeben {note}")
LOST = ProblemKind("test.lost", en="lost to {value}", it="superato da {value}", de="unterlegen gegen {value}")
ALLOWED = {"div", "details", "summary", "table", "tr", "th", "td"}


class Page(HTMLParser):
    """Reads a page, fails on what is not well formed, and keeps the texts of cells and summaries."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.summaries: list[str] = []
        self.language = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _value in attrs} <= {"lang", "style", "open"}
        self.language = dict(attrs).get("lang") or self.language
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif tag == "summary":
            self.summaries.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data
        elif self.open[-1] == "summary":
            self.summaries[-1] += data


def explained(note: str, figure: Money) -> Explanation:
    lost = NotApplied("<b>", LOST.at("", value=note))
    return Explanation(f"line {note}", figure, (GIVEN.step(figure, note=note),), (lost,))


def test_a_notebook_shows_the_steps_the_figure_and_what_lost() -> None:
    page = Page(explained("by hand", Money("12.50", "EUR"))._repr_html_())
    assert page.summaries == ["line by hand: 12.50 EUR"]
    assert page.rows == [["12.50 EUR", "given by hand"], ["12.50 EUR", "= line by hand"], ["-", "<b>: lost to by hand"]]


def test_the_language_is_that_of_the_locale() -> None:
    told = explained("x", Money("1.00", "EUR"))
    assert [Page(told.html(each)).rows[0][1] for each in ("en", "it", "de")] == ["given x", "dato x", "gegeben x"]
    assert Page(told.html("it_CH")).language == "it-CH"


@given(note=st.text(max_size=40), amount=st.integers(-(10**9), 10**9))
def test_whatever_a_text_holds_it_is_shown_and_nothing_else_becomes_of_it(note: str, amount: int) -> None:
    """Markup, quotes and line ends in names stay text; the deltas shown sum to the figure."""
    page = Page(explained(note, Money.from_minor(amount, "EUR")).html())
    shown = note.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    assert page.rows[0][1].replace("\x00", "") in {f"given {shown}", f"given {note}".replace("\x00", "")}
    deltas = [Decimal(row[0].split()[0]) for row in page.rows[:-2]]
    assert sum(deltas, Decimal(0)) == Decimal(page.rows[-2][0].split()[0])
