"""The edge: plain data is checked and read, and everything that crosses has a published schema."""

from servicecore.boundary.mapping import BadMapping
from servicecore.boundary.models import Models, UnsupportedType
from servicecore.boundary.price_books import BadPriceBook, load_price_book, price_book_schema, read_price_book
from servicecore.boundary.read import Reader
from servicecore.boundary.schemas import command_schemas, event_schemas, schema_of
from servicecore.storage.codec import JsonCodec

__all__ = [
    "BadMapping",
    "BadPriceBook",
    "JsonCodec",
    "Models",
    "Reader",
    "UnsupportedType",
    "command_schemas",
    "event_schemas",
    "load_price_book",
    "price_book_schema",
    "read_price_book",
    "schema_of",
]
