"""Whether a run can start at all: asked before anything else is imported.

It needs none of the packages that it asks for.
"""

import shlex
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from re import match

from trnn.errors import RequirementError

PIPELINE = "workflow"  # the extra of pyproject.toml that the pipeline needs


def missing_packages(project: Path) -> list[str]:
    """Return the packages that a checkout's pyproject.toml requires and that are not installed.

    Those of the library and of its extra `workflow`. None, of a copy that has no such file.
    """
    file = project / "pyproject.toml"
    if not file.is_file():
        return []
    stated = tomllib.loads(file.read_text("utf-8"))["project"]
    entries = [*stated["dependencies"], *stated["optional-dependencies"][PIPELINE]]
    names = [match(r"[\w.-]+", entry) for entry in entries]
    return [name[0] for name in names if name is not None and not _installed(name[0])]


def check_requirements(project: Path) -> None:
    """Check that every package is installed that a checkout requires, and Python can be called.

    Raises
    ------
    RequirementError
        Naming the packages that are not there, the interpreter, and how to install them; or an
        interpreter whose path Snakemake cannot put into a command.
    """
    if shlex.quote(sys.executable) != sys.executable:
        raise RequirementError(
            f"Python is {sys.executable!r}: Snakemake puts this path into its commands unquoted, "
            "so every job would fail. The checkout and the results may stand in such a folder, the "
            "environment may not: `make` puts it elsewhere by itself; by hand, `python3 -m venv "
            "<a path without spaces>`."
        )
    missing = missing_packages(project)
    if missing:
        command = [sys.executable, "-m", "pip", "install", "-r", str(project / "requirements.lock")]
        raise RequirementError(
            f"{', '.join(missing)}: required, and not installed for {sys.executable}. Install what "
            f"the lock names, `{shlex.join(command)}`, or let `make` do it in an environment of "
            "its own."
        )


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
