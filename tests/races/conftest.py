"""PostgreSQL for the tests of this folder."""

from __future__ import annotations

from servicecore.testing.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
