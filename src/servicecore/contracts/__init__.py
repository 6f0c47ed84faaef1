"""Maintenance contracts: terms, fees, billing exactly once, notice, renewal and early end."""

from servicecore.contracts.contract import Contract, ContractStatus, Notice
from servicecore.contracts.contract_kind import CONTRACT
from servicecore.contracts.contract_policy import AlreadyBilled, ContractPolicy
from servicecore.contracts.covered_item import CoverageScope, CoveredItem
from servicecore.contracts.fee_line import ArrearsInvoiceDay, FeeLine, StubPolicy, Timing
from servicecore.contracts.operations.approve_contract import ApproveContract, ContractApproved
from servicecore.contracts.operations.bill_due_periods import (
    BillDuePeriods,
    BillingBlocked,
    BillingReleased,
    PeriodBilled,
)
from servicecore.contracts.operations.create_contract import ContractCreated, CreateContract
from servicecore.contracts.operations.discard_contract import ContractDiscarded, DiscardContract
from servicecore.contracts.operations.give_notice import GiveNotice, NoticeGiven
from servicecore.contracts.operations.hold_contract import ContractHeld, HoldContract
from servicecore.contracts.operations.renew_contract import ContractRenewed, RenewContract, RenewedPrice
from servicecore.contracts.operations.resume_contract import ContractResumed, ResumeContract
from servicecore.contracts.operations.run_contract import ContractEnded, RenewalReminded, RunContract
from servicecore.contracts.operations.terminate_contract import PeriodCredited, TerminateContract, TerminationSet
from servicecore.contracts.period_charge import ChargeState, PeriodCharge
from servicecore.contracts.phase import Phase
from servicecore.contracts.proration import LeadingWhole, Proration, ProrationBasis
from servicecore.contracts.renewal import RenewalMode, RenewalPolicy, Uplift
from servicecore.contracts.term import LateNotice, NoticeArithmetic, NoticeTerms, Term, TermOrigin

__all__ = [
    "CONTRACT",
    "AlreadyBilled",
    "ApproveContract",
    "ArrearsInvoiceDay",
    "BillDuePeriods",
    "BillingBlocked",
    "BillingReleased",
    "ChargeState",
    "Contract",
    "ContractApproved",
    "ContractCreated",
    "ContractDiscarded",
    "ContractEnded",
    "ContractHeld",
    "ContractPolicy",
    "ContractRenewed",
    "ContractResumed",
    "ContractStatus",
    "CoverageScope",
    "CoveredItem",
    "CreateContract",
    "DiscardContract",
    "FeeLine",
    "GiveNotice",
    "HoldContract",
    "LateNotice",
    "LeadingWhole",
    "Notice",
    "NoticeArithmetic",
    "NoticeGiven",
    "NoticeTerms",
    "PeriodBilled",
    "PeriodCharge",
    "PeriodCredited",
    "Phase",
    "Proration",
    "ProrationBasis",
    "RenewContract",
    "RenewalMode",
    "RenewalPolicy",
    "RenewalReminded",
    "RenewedPrice",
    "ResumeContract",
    "RunContract",
    "StubPolicy",
    "Term",
    "TermOrigin",
    "TerminateContract",
    "TerminationSet",
    "Timing",
    "Uplift",
]
