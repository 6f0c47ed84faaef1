"""The condition that the basket was filled in one of several channels."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.condition import DealCondition

NOT_IN_CHANNEL: Final = ProblemKind(
    "deal.not_in_channel",
    en="the channel is {value}; accepted: {accepted}",
    it="il canale è {value}; valori ammessi: {accepted}",
    de="der Kanal ist {value}; zulässig: {accepted}",
)


@frozen
class InChannels(DealCondition):
    """The channel is one of ``channels``; an empty list lets no channel in."""

    channels: tuple[str, ...]

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.not_in_channel``, or None."""
        channel = view.basket.channel
        if channel in self.channels:
            return None
        accepted = ", ".join(self.channels) or "no channel"
        return NOT_IN_CHANNEL.at("channel", value=channel or "not given", accepted=accepted)
