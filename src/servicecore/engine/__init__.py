"""The shell around the pure floors: an installation, the desk, the three verbs, due work, processes."""

from servicecore.engine.consumers import Delivery
from servicecore.engine.desk import Desk
from servicecore.engine.due import DueFailure, DueReport
from servicecore.engine.filing_versions import StaleIndexes
from servicecore.engine.outbox import HandedOn, Waiting
from servicecore.engine.process import NotReady, Process
from servicecore.engine.rebuild_indexes import LeftAsItWas, RebuildReport, RebuiltKind
from servicecore.engine.receipts import FigureChange, FollowUpRefused, HistoryEntry, Preview, Receipt, Task
from servicecore.engine.registry import Registry, UnknownCommand
from servicecore.engine.service import KINDS, ServiceCore
from servicecore.engine.settings import DEFAULT_AUTHORITY, Settings
from servicecore.engine.settings_file import BadSettings, load_settings_file
from servicecore.engine.sources import RandomIds, SystemClock, draw_gift_card_number
from servicecore.engine.work import FAILED_WORK, FailedWork, ReleaseWork, RetryPolicy, WorkStatus

__all__ = [
    "DEFAULT_AUTHORITY",
    "FAILED_WORK",
    "KINDS",
    "BadSettings",
    "Delivery",
    "Desk",
    "DueFailure",
    "DueReport",
    "FailedWork",
    "FigureChange",
    "FollowUpRefused",
    "HandedOn",
    "HistoryEntry",
    "LeftAsItWas",
    "NotReady",
    "Preview",
    "Process",
    "RandomIds",
    "RebuildReport",
    "RebuiltKind",
    "Receipt",
    "Registry",
    "ReleaseWork",
    "RetryPolicy",
    "ServiceCore",
    "Settings",
    "StaleIndexes",
    "SystemClock",
    "Task",
    "UnknownCommand",
    "Waiting",
    "WorkStatus",
    "draw_gift_card_number",
    "load_settings_file",
]
