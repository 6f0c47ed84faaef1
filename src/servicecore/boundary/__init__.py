"""The edge: plain data is checked and read, and everything that crosses has a published schema."""

from servicecore.boundary.models import Models, UnsupportedType
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import command_schemas, event_schemas, schema_of

__all__ = ["Models", "Reader", "UnsupportedType", "command_schemas", "event_schemas", "schema_of"]
