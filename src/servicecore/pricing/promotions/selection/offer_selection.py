"""The named ways to choose between offers."""

from enum import Enum


class OfferSelection(Enum):
    """Which of the offers that could be applied are.

    - ``ALL_BY_PRIORITY``: all, in the order of their priority, each on what is left.
    - ``BEST_SINGLE``: for each line the one that takes most off it; for the order likewise.
    """

    ALL_BY_PRIORITY = "all_by_priority"
    BEST_SINGLE = "best_single"
