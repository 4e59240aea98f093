"""Where the checkout, the working folder and the environment may be, and what of it is refused."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.checkout import checkout
from tests.conftest import ROOT
from tests.workflow.runs import jobs
from trnn.workflow.records import read_record

pytestmark = pytest.mark.workflow

SMALL = {"experiments": ["gershman"], "data_source": "simulated"}
PEOPLE = "results/gershman/human/trials.parquet"
MODULE = "module other:\n    snakefile: {file!r}\n{more}\n\nuse rule * from other{renamed}\n"


@pytest.fixture(scope="module")
def spaced(tmp_path_factory) -> Path:
    """A checkout in a folder whose path holds spaces."""
    return checkout(tmp_path_factory.mktemp("places") / "my own study" / "trnn")


def run(folder, *arguments, python=sys.executable, **environment):
    return subprocess.run(
        [python, "-m", "snakemake", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def said(result) -> str:
    """Return all that was said: of a dry run, errors are said where the plan is."""
    assert result.returncode
    return result.stdout + result.stderr


def planned(folder, *arguments) -> set[str]:
    """Return the files that a dry run would make."""
    result = run(folder, "-n", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return set().union(*jobs(result.stdout + result.stderr).values())


def settings(folder: Path, content=SMALL) -> str:
    file = folder / "mine.yaml"
    file.write_text(yaml.safe_dump(content))
    return file.name


@pytest.fixture(scope="module")
def at_home(spaced) -> set[str]:
    """What a dry run in the checkout itself would make."""
    return planned(spaced, "--configfile", settings(spaced))


def test_the_same_is_made_from_another_folder(spaced, at_home, tmp_path):
    assert "results/summary.md" in at_home and PEOPLE in at_home
    given = ["--configfile", settings(tmp_path)]
    there = ["--snakefile", str(spaced / "Snakefile")]
    assert planned(tmp_path, *there, *given) == at_home
    elsewhere = tmp_path / "results of mine"
    assert planned(spaced, "--directory", str(elsewhere), *given) == at_home


@pytest.mark.parametrize("renamed", ["", " as other_*"])
def test_the_same_is_made_as_a_module(spaced, at_home, tmp_path, renamed):
    own = SMALL | {"results": "results"}
    more = f"    config: {own}"
    text = MODULE.format(file=str(spaced / "Snakefile"), more=more, renamed=renamed)
    (tmp_path / "Snakefile").write_text(text)
    target = "other_all" if renamed else "all"
    found = planned(tmp_path, target)
    assert found == at_home


@pytest.mark.parametrize("renamed", ["", " as other_*"])
def test_the_same_is_made_from_the_catalogues_place(spaced, at_home, tmp_path, renamed):
    """`workflow/Snakefile`: given by its path, with `--directory`, and as a module."""
    snakefile = str(spaced / "workflow/Snakefile")
    if not renamed:
        given = ["--snakefile", snakefile, "--configfile", settings(tmp_path)]
        assert planned(tmp_path, *given) == at_home
        elsewhere = tmp_path / "results of mine"
        assert planned(tmp_path, *given, "--directory", str(elsewhere)) == at_home
    own = SMALL | {"results": "results"}
    text = MODULE.format(file=snakefile, more=f"    config: {own}", renamed=renamed)
    (tmp_path / "Snakefile").write_text(text)
    assert planned(tmp_path, "other_all" if renamed else "all") == at_home


def test_the_catalogue_is_told_what_it_asks():
    """https://github.com/snakemake/snakemake-workflow-catalog: what a standard workflow has."""
    told = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert {"desc", "flags"} == set(told["mandatory-flags"])
    assert told["software-stack-deployment"]["conda"] and told["report"]
    assert (ROOT / "workflow/Snakefile").is_file() and (ROOT / "config/README.md").is_file()
    assert "report(" in "".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))


def test_a_module_without_settings_has_those_of_its_checkout(spaced, tmp_path):
    text = MODULE.format(file=str(spaced / "Snakefile"), more="", renamed="")
    (tmp_path / "Snakefile").write_text(text)
    assert "results/dezfouli/human/trials.parquet" in planned(tmp_path, "all")


def test_a_prefix_of_a_module_is_refused_with_what_to_do(spaced, tmp_path):
    more = "    prefix: 'sub'"
    (tmp_path / "Snakefile").write_text(
        MODULE.format(file=str(spaced / "Snakefile"), more=more, renamed="")
    )
    text = said(run(tmp_path, "-n"))
    assert "takes no `prefix`" in text and "results: ..." in text


@pytest.mark.parametrize("text", ["results/x/", "./results/x", "results//x"])
def test_another_way_of_writing_the_results_folder_plans_nothing_anew(spaced, text):
    name = settings(spaced, SMALL | {"results": text})
    result = run(spaced, "-n", "--configfile", name)
    assert "double" not in result.stderr
    files = set().union(*jobs(result.stdout + result.stderr).values())
    assert files and all(file.startswith("results/x/") for file in files)


def test_jobs_run_where_checkout_and_working_folder_have_spaces(spaced, tmp_path):
    """And their records say what they were made of, and not where it lies."""
    folder = tmp_path / "results of mine"
    folder.mkdir()
    given = ["--snakefile", str(spaced / "Snakefile"), "--configfile", settings(folder)]
    measured = "results/gershman/task_measured.parquet"
    result = run(folder, "--cores", "1", *given, "--", measured)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (folder / measured).is_file()
    assert not (spaced / "results").exists()
    job = read_record(folder / f"results/provenance/gershman/{Path(measured).name}.json")["job"]
    assert list(job["inputs"]) == ["gershman/human/trials.parquet"]
    assert "src/trnn/__init__.py" in job["code"]
    assert planned(folder, *given, "--", measured) == set()


def test_a_python_in_a_path_with_spaces_is_refused_with_what_to_do(spaced, tmp_path):
    """Snakemake does not quote it."""
    environment = tmp_path / "my environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    packages = next((environment / "lib").glob("python3*/site-packages"))
    own = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "packages.pth").write_text("\n".join(own))
    python = str(environment / "bin/python")
    given = ["--configfile", settings(spaced)]
    text = said(run(spaced, "-n", *given, python=python, PYTHONPATH=str(spaced / "src")))
    assert "unquoted" in text and "the environment may not" in text


def test_a_package_that_is_not_installed_is_told_before_any_job(spaced, tmp_path):
    """As if: Python is told not to find it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.metadata as m, sys\n"
        "sys.modules['numba'] = None\n"
        "version = m.version\n"
        "def asked(name):\n"
        "    if name == 'numba':\n"
        "        raise m.PackageNotFoundError(name)\n"
        "    return version(name)\n"
        "m.version = asked\n"
    )
    given = ["--configfile", settings(spaced)]
    text = said(run(spaced, "-n", *given, PYTHONPATH=str(tmp_path)))
    assert f"numba: required, and not installed for {sys.executable}" in text
    assert "-m pip install -r" in text and "Traceback" not in text


@pytest.fixture
def stub(tmp_path) -> Path:
    """A Python that makes an environment of programs which write down how they were called."""
    program = tmp_path / "python3"
    told = tmp_path / "told"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$2" = venv ]; then\n'
        '  mkdir -p "$3/bin"\n'
        "  for name in python snakemake trnn; do\n"
        f'    printf \'#!/bin/sh\\necho "$0 $*" >> "{told}"\\n\' > "$3/bin/$name"\n'
        '    chmod +x "$3/bin/$name"\n'
        "  done\n"
        "fi\n"
    )
    program.chmod(0o755)
    return program


def make(folder: Path, cache: Path, python: Path, *arguments: str):
    return subprocess.run(
        ["make", *arguments, "CORES=1", f"PYTHON={python}"],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["plain", "my study"])
def test_make_works_in_a_folder_with_a_space(tmp_path, stub, name):
    folder = tmp_path / name
    folder.mkdir()
    for file in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    result = make(folder, tmp_path / "cache", stub, "demo")
    assert result.returncode == 0, result.stderr
    result = make(folder, tmp_path / "cache", stub, "verify", "RUN=results/tiny")
    assert result.returncode == 0, result.stderr
    told = (tmp_path / "told").read_text().splitlines()
    assert [Path(line.split()[0]).name for line in told] == ["python"] * 2 + ["snakemake", "trnn"]
    assert "experiments=[artificial, gershman]" in told[2] and told[3].endswith("results/tiny")
    assert (folder / ".venv").exists() == (name == "plain")


def test_where_even_the_cache_has_a_space_make_says_what_to_do(tmp_path, stub):
    folder = tmp_path / "my study"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    result = make(folder, tmp_path / "my cache", stub, "run")
    assert result.returncode and "make VENV=/a/path/without/spaces" in result.stderr
