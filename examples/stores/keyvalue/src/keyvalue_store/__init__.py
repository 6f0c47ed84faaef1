"""A store for servicecore in an ordered key-value database, as an example of how one is written."""

from keyvalue_store.store import KeyValueStore

__all__ = ["KeyValueStore"]
