"""What others need to use, cite, judge and change the project."""

import datetime
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml

import trnn

from .conftest import ROOT
from .workflow.test_rooms import ORDER

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
PACKAGES = ("trnn", "ger2024", "snakemake_logger_plugin_trnn")


def test_the_licence_is_the_one_that_is_named():
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("BSD 3-Clause License\n\nCopyright (c) 2026, trnn contributors\n")
    assert "Neither the name of the copyright holder" in text  # the third clause
    assert PROJECT["license"] == CITATION["license"] == "BSD-3-Clause"
    assert PROJECT["license-files"] == ["LICENSE"]
    # With `license` an expression, a classifier of a licence is an error (PEP 639).
    assert not [c for c in PROJECT["classifiers"] if c.startswith("License")]


def test_the_citation_file_has_what_its_format_needs_and_is_of_this_version():
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(CITATION) and CITATION["type"] == "software"
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["version"] == PROJECT["version"] == trnn.__version__
    assert CITATION["keywords"] == PROJECT["keywords"]
    # A date that is not ISO 8601 is loaded as a text.
    assert isinstance(CITATION.get("date-released", datetime.date.today()), datetime.date)


def test_the_citation_file_names_the_study_that_is_re_done():
    (study,) = CITATION["references"]
    assert {"type", "title", "authors"} <= set(study)
    names = [author["family-names"] for author in study["authors"]]
    assert names == ["Ger", "Nachmani", "Wolf", "Shahar"]
    # By the schema an issue is text, and year and volume may be numbers.
    assert (study["journal"], study["year"], study["volume"], study["issue"], study["start"]) == (
        "PLoS Computational Biology",
        2024,
        20,
        "1",
        "e1011678",
    )
    assert f"https://doi.org/{study['doi']}" in PROJECT["urls"].values()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """The wheel, built of a copy by the setuptools that is installed: without a network."""
    copy = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", copy / "src", ignore=ignored)
    for name in ("pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]):
        shutil.copy(ROOT / name, copy)
    build = "from setuptools import build_meta; build_meta.build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (path,) = copy.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_all_packages_with_their_types_and_templates(wheel):
    there = {name for name in wheel.namelist() if name.startswith(PACKAGES)}
    sources = [
        path.relative_to(ROOT / "src").as_posix()
        for package in PACKAGES
        for path in (ROOT / "src" / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {"trnn/py.typed", "ger2024/py.typed", "trnn/report/templates/style.css"} <= set(sources)
    assert set(sources) <= there


def test_the_wheel_says_who_made_it_and_under_which_licence(wheel):
    (name,) = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
    about = message_from_bytes(wheel.read(name))
    assert about["Author"] == "trnn contributors" and about["Version"] == trnn.__version__
    assert about["License-Expression"] == "BSD-3-Clause" and about["License-File"] == "LICENSE"
    assert about["Description-Content-Type"] == "text/markdown"
    readme = (ROOT / PROJECT["readme"]).read_text()
    assert about.get_payload(decode=True).decode().strip() == readme.strip()
    licence = wheel.read(str(Path(name).parent / "licenses/LICENSE")).decode()
    assert licence == (ROOT / "LICENSE").read_text()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "config/experiments").glob("*.yaml")), ids=lambda path: path.stem
)
def test_experiments_say_what_a_setting_is_and_point_to_its_history(path):
    """What was compared stands in docs/decisions.md, under a heading that there is."""
    decisions = (ROOT / "docs/decisions.md").read_text()
    headings = set(re.findall(r"^## ([\w-]+)", decisions, re.MULTILINE))
    text = path.read_text()
    named = re.findall(r"docs/decisions\.md(?:, ([\w-]+))?$", text, re.MULTILINE)
    assert len(named) == text.count("docs/decisions.md") and set(named) <= headings
    for_editors, _, settings = text.partition("\n")
    assert "$schema=" in for_editors
    comments = re.findall(r"(?:^ *#.*\n)+", settings, re.MULTILINE)
    assert max(comment.count("\n") for comment in comments) <= 2


def test_contributors_are_told_the_order_of_the_rooms_and_of_files_that_there_are():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    (order,) = re.findall(r"^`errors`, .*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", order) == [room for room in ORDER if room != "trnn"]
    named = set(re.findall(r"`((?:src|tests|config|docs|rules)/[\w./]+)`", text))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
