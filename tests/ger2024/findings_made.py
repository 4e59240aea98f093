"""Tables that findings are made from, and the findings of them."""

import numpy as np
import pandas as pd

from ger2024.findings.analyses import Having
from ger2024.findings.findings_stage import findings
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.summaries import Resampling
from ger2024.published import read_published
from tests.conftest import ROOT
from tests.trials.frames import random_frame
from trnn.tables.parquet import check_frame
from trnn.theory.models import get_model

KAPPA = {"bipolar": (-0.5, -0.2), "depression": (0.0, 0.15), "healthy": (0.4, 0.5)}
N = 8
BANDIT = ("beta", "gamma")

PUBLISHED = read_published(ROOT / "config/published.yaml")
HAVING = {
    "dezfouli": Having(("alpha", "beta", "kappa"), ("group", "best_action"), tuple(KAPPA)),
    "gershman": Having(("beta", "gamma"), ("mu_0", "mu_1")),
}
MODELS = {"dezfouli": "q_learning_perseveration", "gershman": "hybrid_exploration"}
UNITS = {dataset: get_model(model).unit_of for dataset, model in MODELS.items()}


def tables(people: pd.DataFrame, groups: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return metrics in which the t-RNN is better by 0.1 in all but healthy, and comparisons."""
    subjects = people.drop_duplicates("subject")
    group = subjects["group"].to_numpy() if groups else np.full(len(subjects), None)
    gain = np.where(subjects["group"] == "healthy", 0.0, 0.1)
    base = np.linspace(0.3, 0.4, len(subjects))
    metrics = pd.concat(
        [
            pd.DataFrame(
                {"subject": subjects["subject"].to_numpy(), "group": group, "estimator": name}
            ).assign(bce=bce, population="human")
            for name, bce in (("mle", base), ("trnn", base - gain))
        ]
    )
    comparisons = pd.DataFrame(
        {
            "population": ["human"] * 5 + ["test"],
            "group": ["all", "bipolar", "depression", "healthy", "healthy", "healthy"],
            "measure": ["bce"] * 4 + ["mse_alpha", "bce"],
            "estimator_a": ["mle", "trnn", "mle", "mle", "mle", "mle"],
            "estimator_b": ["trnn", "mle", "trnn", "trnn", "trnn", "trnn"],
            "family": "e/human/bce/all",
            "test": "Wilcoxon signed-rank",
            "statistic": 3.0,
            "effect_name": "rank-biserial correlation",
            "effect": 0.8,
            "effect_ci_low": 0.5,
            "effect_ci_high": 0.9,
            "p": [0.001, 0.001, 0.004, 0.4, 0.001, 0.001],
            "p_holm": [0.002, 0.002, 0.012, 0.8, 0.002, 0.002],
        }
    )
    return metrics, comparisons


def run(
    dataset: str,
    people: pd.DataFrame,
    control: pd.DataFrame | None = None,
    unit_of: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Return the findings; `control` is a joined frame of matched agents (`matched`)."""
    own, resampling = HAVING[dataset], Resampling(dataset, 3, 100)
    units = unit_of or UNITS[dataset]
    out = findings(people, *tables(people), control, own, units, resampling, PUBLISHED)
    check_frame(out, FINDINGS, "findings")
    return out


def row_of(frame: pd.DataFrame, quantity: str, group: str) -> pd.Series:
    found = frame[(frame["quantity"] == quantity) & (frame["group"] == group)]
    assert len(found) == 1, (quantity, group, len(found))
    return found.iloc[0]


def bandit_people(n: int = 12, seed: int = 0) -> pd.DataFrame:
    """Return people with random choices in Gaussian blocks and random estimates."""
    return random_frame(seed, {f"p{i}": (10,) * 40 for i in range(n)})
