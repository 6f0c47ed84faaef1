"""Settings for all tests: no example has a deadline, because the machines that run them are shared.

The profile ``mutants`` looks at few examples, the same ones each time, and at none twice: it has to notice a wrong
figure soon, and not to explain it.
"""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("servicecore", deadline=None)
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=30,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("servicecore")
