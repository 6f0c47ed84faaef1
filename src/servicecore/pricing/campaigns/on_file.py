"""What is on file about campaigns and codes, as facts for the operations on them."""

from __future__ import annotations

from attrs import frozen

from servicecore.pricing.campaigns.campaign import Campaign


@frozen
class CampaignsOnFile:
    """The fact what stands beside a campaign.

    Attributes:
        campaign: the one that codes are issued for, or that is meant as parent; None where there is none.
        book_coupons: ids of the coupons in the price book.

    """

    campaign: Campaign | None = None
    book_coupons: tuple[str, ...] = ()


@frozen
class CodesOnFile:
    """The fact which codes are taken.

    Attributes:
        owners: pairs of normalised code and the batch that it belongs to, or ``price book``; a code that is not
            named is free.

    """

    owners: tuple[tuple[str, str], ...] = ()

    def owner(self, code: str) -> str:
        """Return the batch of ``code``, normalised, or nothing."""
        return next((owner for known, owner in self.owners if known == code), "")
