"""The plugin seam: the host that loads and guards plugins; authors import `servicecore.plugins.api`."""

from servicecore.plugins.calls import CallOutcome, FailureKind, PluginCall, PluginFailure
from servicecore.plugins.exceptions import PluginLoadError
from servicecore.plugins.host import PluginHost
from servicecore.plugins.report import BlockedPlugin, FailedPlugin, LoadedPlugin, PluginReport
from servicecore.plugins.requests import AssessedLine, AssessOrder, EventEnvelope, TaxFailure, TenderSummary
from servicecore.plugins.settings import Deadlines, PluginSettings, QuarantineSettings, disabled_in

__all__ = [
    "AssessOrder",
    "AssessedLine",
    "BlockedPlugin",
    "CallOutcome",
    "Deadlines",
    "EventEnvelope",
    "FailedPlugin",
    "FailureKind",
    "LoadedPlugin",
    "PluginCall",
    "PluginFailure",
    "PluginHost",
    "PluginLoadError",
    "PluginReport",
    "PluginSettings",
    "QuarantineSettings",
    "TaxFailure",
    "TenderSummary",
    "disabled_in",
]
