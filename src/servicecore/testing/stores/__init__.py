"""The conformance kit for stores: one class to subclass, one method to write."""

from servicecore.testing.stores.contract import BaseStoreContract
from servicecore.testing.stores.machine import StoreMachine

__all__ = ["BaseStoreContract", "StoreMachine"]
