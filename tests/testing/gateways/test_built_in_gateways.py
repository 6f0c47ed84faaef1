"""The gateways of this project pass the kit that a third party's gateway runs."""

# ruff: noqa: ARG002 - a gateway of the kit is made with a clock, used or not

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from servicecore.kernel.clock import FixedClock
from servicecore.plugins.builtin.manual_gateway import ManualGateway
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway
from servicecore.testing.gateways import BaseGatewayContract

EXAMPLE = Path(__file__).parents[3] / "examples" / "plugins" / "acme_pay" / "src" / "acme_pay" / "__init__.py"


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("acme_pay_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class TestManualGateway(BaseGatewayContract):
    def make_gateway(self, clock: FixedClock) -> ManualGateway:
        return ManualGateway()


class TestScriptedGateway(BaseGatewayContract):
    def make_gateway(self, clock: FixedClock) -> ScriptedGateway:
        return ScriptedGateway()


class TestExampleGateway(BaseGatewayContract):
    declined_token = "tok_declined"  # noqa: S105 - stands for a payment method
    acme = load_example()

    def make_gateway(self, clock: FixedClock) -> Any:
        return self.acme.AcmeGateway(self.acme.AcmeSandbox())

    def make_settings(self) -> BaseModel:
        settings: BaseModel = self.acme.AcmeSettings(merchant="shop-7", api_key="acme_test")
        return settings
