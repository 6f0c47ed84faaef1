"""The conformance kit for payment gateways: one class to subclass, one method to write."""

from servicecore.testing.gateways.bench import Bench
from servicecore.testing.gateways.contract import BaseGatewayContract
from servicecore.testing.gateways.machine import GatewayMachine

__all__ = ["BaseGatewayContract", "Bench", "GatewayMachine"]
