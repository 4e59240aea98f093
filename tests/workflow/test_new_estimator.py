"""An estimator is added by three files: its module, its record, and what makes it."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.runs import RESULTS, TINY, jobs, snakemake
from trnn.workflow.compare import NEW, SAME, compare

pytestmark = pytest.mark.workflow

ARTIFICIAL = [*TINY, "--config", "experiments=[artificial]"]
MODULE = '''"""An estimator that knows nothing: even odds, and the middle of each range."""

import numpy as np
import pandas as pd

from trnn.estimators.estimates import estimates_frame
from trnn.estimators.given import Given, prior_means


def estimate(given: Given) -> pd.DataFrame:
    """Return P(action 0) = 1/2 and the middle of each range, on every trial."""
    even = np.full(given.sequences.valid.shape, 0.5)
    values = prior_means(given.experiment, given.sequences)
    return estimates_frame(given.sequences, given.names, even, values, source="half")
'''
RECORD = """    Estimator(
        name="half",
        label="even odds",
        words="even odds",
        made_by=BASELINES,
        last_trial=True,
    ),
"""
BEFORE_THE_FIT = "    Estimator(\n        name=FIT,\n"
BEFORE_THE_MAKERS = "from trnn.estimators.mle.fits_table import mle\n"
LAST_MAKER = "    ORACLE: true_estimates,\n"
# File -> what is replaced in it, and by what.
EDITS = {
    "src/trnn/estimators/half.py": {"": MODULE},
    "src/trnn/estimators/registry.py": {BEFORE_THE_FIT: RECORD + BEFORE_THE_FIT},
    "src/trnn/estimators/baselines.py": {
        BEFORE_THE_MAKERS: f"from trnn.estimators.half import estimate\n{BEFORE_THE_MAKERS}",
        LAST_MAKER: f'{LAST_MAKER}    "half": estimate,\n',
    },
}
# What need not be made again for an estimator more.
UNTOUCHED = {"simulate", "train", "infer", "fit_mle", "fit_recovery", "estimate_filter"}
UNTOUCHED |= {"estimate_bayes", "identifiability", "nonstationarity"}


@pytest.fixture(scope="module")
def copy(tiny, tmp_path_factory) -> Path:
    """A copy of the finished tiny run, made again with three files new or changed."""
    folder = tmp_path_factory.mktemp("added") / "copy"
    shutil.copytree(tiny, folder, symlinks=True)
    for name, edits in EDITS.items():
        path = folder / name
        text = path.read_text() if path.exists() else ""
        for old, new in edits.items():
            assert text.count(old) == 1 or not text
            text = text.replace(old, new)
        path.write_text(text)
    announced = snakemake(folder, "-n", *ARTIFICIAL)
    assert announced.returncode == 0, announced.stdout + announced.stderr
    planned = jobs(announced.stdout)
    estimates = f"{RESULTS}/artificial/estimates/half/test.parquet"
    assert estimates in planned["estimate_references_test"]
    assert not UNTOUCHED & planned.keys()
    done = snakemake(folder, "--cores", "2", *ARTIFICIAL)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_a_new_estimator_is_in_every_table_figure_and_text(copy):
    results = copy / RESULTS
    half = pd.read_parquet(results / "artificial/estimates/half/test.parquet")
    assert len(half) and (half["p_action_0"] == 0.5).all() and (half["alpha"] == 0.5).all()

    def table(name: str) -> pd.DataFrame:
        return pd.read_parquet(results / f"{name}.parquet")

    metrics = table("artificial/metrics").set_index("estimator")
    order = metrics.index.unique().tolist()
    assert order.index("prior") < order.index("half") < order.index("mle")
    assert metrics.loc["half", "bce"].to_numpy() == pytest.approx(0.693147, abs=1e-6)
    pairs = ("estimator_a", "estimator_b")
    for name in ("comparisons", "recovery", "statistics"):
        rows = table(f"artificial/{name}")
        assert any((rows[side] == "half").any() for side in pairs), name
    assert (table("artificial/optimality")["estimator"] == "half").any()
    # It has no posterior whose calibration could be checked.
    assert "half" not in set(table("artificial/calibration")["estimator"])
    for figure in ("errors_of_agents", "trajectories", "recovery"):
        assert (table(f"figures/artificial/{figure}")["series"] == "even odds").any(), figure
    text = (results / "artificial/summary.md").read_text()
    assert re.search(r"^\| half +\| 0\.6931", text, re.MULTILINE)
    assert "even odds" in (results / "report.html").read_text()


def test_the_others_estimate_as_before(copy, tiny):
    parts = [folder / RESULTS / "artificial" / "estimates" for folder in (tiny, copy)]
    found = {c.file.split("/")[0]: c.outcome for c in compare(*parts, {})}
    assert found.pop("half") == NEW
    assert set(found.values()) == {SAME} and len(found) >= 6
