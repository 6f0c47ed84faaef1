"""Sphinx configuration: MyST pages, furo, warnings fatal."""

from servicecore import __version__

project = "servicecore"
author = "the servicecore developers"
copyright = "2026, the servicecore developers"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "sphinx_design"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"servicecore {release}"
nitpicky = True
