"""Settings of the documentation site: `make docs`, which needs no network, nor does its reader."""

import sys
from pathlib import Path

import trnn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

project = "trnn"
author = copyright = "trnn contributors"
release = version = trnn.__version__
language = "en"

extensions = [
    "mathml",
    "myst_nb",
    "offline",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "_ext", "**.ipynb_checkpoints", "explanation/corrections.md"]
# Backticks in docstrings are code, of which not all is documented here.
default_role = "code"

# Markdown. Files of the repository are read where they are: their links lead to files.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing_file"]

# Tutorials run when the site is built, each in a folder of its own, and an error ends the build.
# (While writing: `make docs ARGS="-D nb_execution_mode=cache"` runs only those that were edited.)
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
nb_output_stderr = "remove"
nb_ipywidgets_js = {}  # there are no widgets, whose scripts come from a network

# The API.
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

# Looks: everything the pages need lies beside them.
html_theme = "pydata_sphinx_theme"
html_title = "trnn"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_math_renderer = "mathml"
html_theme_options = {
    "navbar_align": "left",
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "navigation_with_keys": False,
    "show_prev_next": True,
    "back_to_top_button": False,
    "pygments_light_style": "default",
    "pygments_dark_style": "github-dark",
}
