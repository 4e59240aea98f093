"""The weights of a cohort's d-RNNs, with who trained, chose and was tested."""

from collections.abc import Sequence
from pathlib import Path

import torch

from trnn.config.experiment import Experiment
from trnn.config.views import view
from trnn.drnn.folds import Plan
from trnn.drnn.network import Networks
from trnn.rnn.files import save, versions


def write_checkpoint(
    path: Path,
    experiment: Experiment,
    networks: Networks,
    plan: Plan,
    subjects: Sequence[str],
    run_seed: int,
) -> None:
    """Write all networks' weights (first axis: network), the plan, the settings and versions."""
    content = {
        "weights": networks.state_dict(),
        "subjects": list(subjects),
        "plan": {name: torch.as_tensor(array) for name, array in vars(plan).items()},
        "experiment": view(experiment, "drnn"),
        "run_seed": run_seed,
        "versions": versions(),
    }
    save(content, path)
