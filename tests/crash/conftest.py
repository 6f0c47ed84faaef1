"""PostgreSQL for the tests of this folder."""

from __future__ import annotations

from servicecore.testing.postgres import postgres_server

__all__ = ["postgres_server"]
