"""Campaigns and batches of codes as kinds of things with a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.kernel.operations import AggregateKind
from servicecore.pricing.campaigns.campaign import Campaign
from servicecore.pricing.campaigns.code_batch import CodeBatch
from servicecore.pricing.campaigns.operations.activate_campaign import ACTIVATE_CAMPAIGN
from servicecore.pricing.campaigns.operations.assign_code import ASSIGN_CODE
from servicecore.pricing.campaigns.operations.change_campaign import CHANGE_CAMPAIGN
from servicecore.pricing.campaigns.operations.create_campaign import CREATE_CAMPAIGN
from servicecore.pricing.campaigns.operations.issue_codes import ISSUE_CODES
from servicecore.pricing.campaigns.operations.void_campaign import VOID_CAMPAIGN
from servicecore.pricing.campaigns.operations.void_code import VOID_CODE


def _campaign_indexes(campaign: Campaign) -> Mapping[str, tuple[str, ...]]:
    terms = campaign.terms
    return {
        "state": (campaign.state.value,),
        "number": (terms.number,) if terms.number else (),
        "parent": (terms.parent,) if terms.parent else (),
        "description": (terms.description,) if terms.description else (),
    }


def _batch_indexes(batch: CodeBatch) -> Mapping[str, tuple[str, ...]]:
    return {"campaign": (batch.campaign,), "customer": tuple(sorted({each.customer for each in batch.assigned}))}


CAMPAIGN: Final = AggregateKind(
    name="campaign",
    state=Campaign,
    operations=(CREATE_CAMPAIGN, CHANGE_CAMPAIGN, ACTIVATE_CAMPAIGN, VOID_CAMPAIGN),
    indexes=_campaign_indexes,
    found_by=("state", "number", "parent", "description"),
)
"""Campaigns: found by state, number, parent and the words of their descriptions."""
CODE_BATCH: Final = AggregateKind(
    name="code_batch",
    state=CodeBatch,
    operations=(ISSUE_CODES, ASSIGN_CODE, VOID_CODE),
    indexes=_batch_indexes,
    found_by=("campaign", "customer"),
)
"""Batches of codes: found by campaign."""
