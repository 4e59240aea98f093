"""Write docs/dependencies.md: every locked package with its version and licence.

Run by `make audit`, in the environment that requirements.lock was installed into: versions are the
lock's, licences what the installed packages say of themselves.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BINDING = re.compile(r"GPL|General Public|MPL|Mozilla|EUPL|CDDL|EPL|Eclipse|SSPL|Commons", re.I)
FREE = frozenset({"arviz", "docs"})  # optional groups that are not in the lock: docs have their own
WEAK = re.compile(r"LGPL|Lesser|Library General|MPL|Mozilla", re.I)


def main() -> None:
    """Write the table beside this file."""
    (ROOT / "docs/dependencies.md").write_text(document(), encoding="utf-8")


def document() -> str:
    """Return the whole text."""
    versions = locked()
    wanted = direct()
    licences = {name: licence(name) for name in versions}
    rows = [
        f"| {name} | {version} | {licences[name]} | {wanted.get(canonical(name), '')} |"
        for name, version in versions.items()
    ]
    binding = [name for name in versions if BINDING.search(licences[name])]
    notes = [f"- **{name}** ({licences[name]}): {_note(licences[name])}" for name in binding]
    return "\n".join(
        [
            "# Dependencies",
            "",
            "Written by `make audit` (`docs/dependencies.py`): the packages of requirements.lock,",
            "with the licence that each installed package states: `License-Expression`, else the",
            "licence classifiers, else the first line of `License` or of its licence file. The",
            "last column says what pyproject.toml names a package for; the others are needed by",
            "those.",
            "",
            "| package | version | licence | named for |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Licences that bind",
            "",
            "This project passes none of these packages on: `make` installs them from PyPI.",
            "Whoever passes on an environment or an image that holds them does.",
            "",
            *(notes or ["None of the packages states one."]),
            "",
        ]
    )


def locked() -> dict[str, str]:
    """Return the lock's packages and versions, in its order."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def direct() -> dict[str, str]:
    """Return who needs each package that pyproject.toml names and that is locked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = {g: names for g, names in project["optional-dependencies"].items() if g not in FREE}
    named = {"library": project["dependencies"], **optional}
    titles = {"dev": "development", "slurm": "SLURM", "workflow": "pipeline"}
    return {
        canonical(re.split(r"[^\w.-]", requirement)[0]): titles.get(group, group)
        for group, requirements in reversed(named.items())
        for requirement in requirements
        if canonical(re.split(r"[^\w.-]", requirement)[0]) != "trnn"  # its own extras
    }


def licence(name: str) -> str:
    """Return the licence that an installed package states."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    classifiers = about.get_all("Classifier") or []
    classes = [c.rsplit(" :: ", 1)[-1] for c in classifiers if c.startswith("License ::")]
    lines = (about.get("License") or "").strip().splitlines()
    stated = about.get("License-Expression") or "; ".join(classes) or (lines or _file(name))[0]
    return stated[:80].replace("|", "/") or "not stated"


def _file(name: str) -> list[str]:
    """Return what the licence file of a package begins with, or an empty line."""
    for path in files(name) or []:
        if path.name.upper().startswith(("LICEN", "COPYING")):
            lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
            return [*filter(None, lines), ""]
    return [""]


def canonical(name: str) -> str:
    """Return a package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _note(stated: str) -> str:
    if "; " in stated:
        return "stated beside others, each for a part of the package."
    if WEAK.search(stated):
        return "changes to the package itself are passed on under the same terms; use is free."
    return "what is passed on together with it, as one work, comes under the same terms."


if __name__ == "__main__":
    main()
