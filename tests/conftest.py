"""Settings for all tests: no example has a deadline, because the machines that run them are shared."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("servicecore", deadline=None)
settings.load_profile("servicecore")
