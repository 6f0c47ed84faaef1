"""Strategies for the time of a quote: days and instants at the edges of a book's validities."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from servicecore.testing.pricing.taste import Taste


def days(taste: Taste) -> st.SearchStrategy[date]:
    """Return civil days: most often one on which most of the book is valid."""
    return st.one_of(st.just(taste.days[0]), st.sampled_from(taste.days))


def instants(taste: Taste) -> st.SearchStrategy[datetime]:
    """Return instants: noon of a day, its first instant, and the last before it, in the book's zone."""
    return st.one_of(
        days(taste).map(taste.noon),
        st.sampled_from(taste.days).flatmap(lambda day: st.sampled_from(taste.edges(day))),
    )


def windows(taste: Taste) -> st.SearchStrategy[tuple[date, date]]:
    """Return a first and a last day, both included, near the days of the book."""
    return st.tuples(days(taste), st.integers(0, 40)).map(lambda each: (each[0], each[0] + timedelta(days=each[1])))
