"""Campaigns: coupons with a life of their own, and the codes that are issued for them."""

from servicecore.pricing.campaigns.campaign import Campaign, CampaignTerms
from servicecore.pricing.campaigns.code_batch import CodeBatch, PersonalCode
from servicecore.pricing.campaigns.kinds import CAMPAIGN, CODE_BATCH
from servicecore.pricing.campaigns.on_file import CampaignsOnFile, CodesOnFile
from servicecore.pricing.campaigns.operations.activate_campaign import ActivateCampaign, CampaignActivated
from servicecore.pricing.campaigns.operations.assign_code import AssignCode, CodeAssigned
from servicecore.pricing.campaigns.operations.change_campaign import CampaignChanged, ChangeCampaign
from servicecore.pricing.campaigns.operations.create_campaign import CampaignCreated, CreateCampaign
from servicecore.pricing.campaigns.operations.issue_codes import CodesIssued, IssueCodes
from servicecore.pricing.campaigns.operations.void_campaign import CampaignVoided, VoidCampaign
from servicecore.pricing.campaigns.operations.void_code import CodeVoided, VoidCode

__all__ = [
    "CAMPAIGN",
    "CODE_BATCH",
    "ActivateCampaign",
    "AssignCode",
    "Campaign",
    "CampaignActivated",
    "CampaignChanged",
    "CampaignCreated",
    "CampaignTerms",
    "CampaignVoided",
    "CampaignsOnFile",
    "ChangeCampaign",
    "CodeAssigned",
    "CodeBatch",
    "CodeVoided",
    "CodesIssued",
    "CodesOnFile",
    "CreateCampaign",
    "IssueCodes",
    "PersonalCode",
    "VoidCampaign",
    "VoidCode",
]
