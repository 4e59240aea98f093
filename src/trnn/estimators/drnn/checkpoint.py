"""The weights of a cohort's d-RNNs, with who trained, chose and was tested."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from trnn.config.experiment import Experiment
from trnn.config.views import network_view
from trnn.estimators.drnn.folds import Plan
from trnn.estimators.recurrent.weights_io import save, versions


def write_checkpoint(
    path: Path,
    experiment: Experiment,
    weights: dict[str, Tensor],
    plan: Plan,
    subjects: Sequence[str],
    run_seed: int,
    digest: str,
) -> None:
    """Write all networks' weights (first axis: network), the plan, the settings and versions."""
    content = {
        "weights": weights,
        "subjects": list(subjects),
        "plan": {name: torch.as_tensor(array) for name, array in vars(plan).items()},
        "experiment": network_view(experiment, "drnn"),
        "run_seed": run_seed,
        "config_digest": digest,
        "versions": versions(),
    }
    save(content, path)
