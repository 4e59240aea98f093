# The settings of a run, read and checked before anything else; and where the checkout is.
#
# Needs: config/ of this checkout, and what `--configfile`, `--config` or a workflow that uses this
#        one as a module lay over config/config.yaml.
# Makes: BASE, RUN, EXPERIMENTS, REGISTRY, PUBLISHED, RESULTS, own. It defines none of the stages.
#
# What belongs to the checkout (settings, code, scripts, environments, captions) is found beside the
# Snakefile: `own`. Data and results are below the working folder.

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

# Not `workflow.basedir`, which is another workflow's where this one is used as a module.
BASE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parent
if not (BASE / "src" / "trnn").is_dir():
    raise WorkflowError(
        f"{BASE}: the package src/trnn is not there. This workflow is more than its rules: clone "
        "the repository, and give the path of its Snakefile."
    )
# The package is found in this checkout, whatever environment a job has.
sys.path.insert(0, str(BASE / "src"))
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(BASE / "src"), os.getenv("PYTHONPATH")]))
)
from trnn.errors import TrnnError
from trnn.workflow.requirements import check_requirements

try:
    check_requirements(BASE)
except TrnnError as error:
    raise WorkflowError(str(error)) from None

from ger2024.published import read_published
from trnn.workflow.feasible import check_run
from trnn.workflow.settings import read_settings

try:
    SETTINGS = read_settings(BASE, config)
    RUN, EXPERIMENTS, REGISTRY = SETTINGS.run, SETTINGS.experiments, SETTINGS.registry
    check_run(RUN, EXPERIMENTS, REGISTRY)
    PUBLISHED = read_published(BASE / "config" / "published.yaml")
except TrnnError as error:
    raise WorkflowError(str(error)) from None

RESULTS = RUN.results
if workflow.modifier.path_modifier.replace_prefix(f"{RESULTS}/x") != f"{RESULTS}/x":
    raise WorkflowError(
        "This workflow, as a module, takes no `prefix` or `replace_prefix`: its jobs name files in "
        "their params too. Say where results go by its setting: config: {results: ...}."
    )


def own(name):
    """Return a file of this checkout, as seen from the working folder."""
    return os.path.relpath(BASE / name)
