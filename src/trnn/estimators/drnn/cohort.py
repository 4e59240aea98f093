"""All networks of a cohort: trained, and their predictions for the people held out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from trnn.config.drnn import Drnn
from trnn.estimators.drnn.folds import Plan
from trnn.estimators.drnn.network import Networks
from trnn.estimators.drnn.train import History, people_of, predict, train_networks
from trnn.estimators.recurrent.compute import CPU
from trnn.trials.sequences import Sequences

log = logging.getLogger(__name__)

Array = np.ndarray

# Networks that are carried through the trials together: enough that the cost of a Python step does
# not matter, few enough that their arrays stay in the processor's cache. No network knows of
# another, so the number changes no result.
NETWORKS_AT_ONCE = 16
# States that are kept for the gradient: people x trials of a window x units, of all networks that
# are carried together. Of many people, or of large networks, fewer are: the memory is about 1 GB.
STATES_AT_ONCE = 3_000_000


@dataclass(frozen=True)
class Trained:
    """Predictions (n, t), weights with the networks as first axis, and the table of losses."""

    p_action_0: Array
    weights: dict[str, Tensor]
    history: pd.DataFrame


def train_all(
    sequences: Sequences,
    plan: Plan,
    seeds: Sequence[int],
    settings: Drnn,
    device: torch.device = CPU,
) -> Trained:
    """Train a cohort's networks and predict everybody by the networks that have not seen them.

    Parameters
    ----------
    seeds : (n_networks,) of int
        Where each network's first weights come from.
    """
    people = people_of(sequences, settings, device)
    weight = plan.test / plan.test.sum(axis=0)  # over the networks that are tested on a person
    p_action_0 = np.zeros(sequences.valid.shape)
    histories, weights = [], []
    of_each = len(sequences.subjects) * settings.window * settings.hidden_units
    at_once = min(NETWORKS_AT_ONCE, max(1, STATES_AT_ONCE // of_each))
    for start in range(0, len(seeds), at_once):
        chunk = slice(start, start + at_once)
        part = plan.part(chunk.start, chunk.stop)
        networks = Networks(
            len(people.inputs), settings.hidden_units, settings.symmetric, seeds[chunk]
        ).to(device)
        histories.append(train_networks(networks, people, part, settings))
        logit = predict(networks, people, settings.window).cpu()
        probability = torch.sigmoid(logit.double()).numpy()
        p_action_0 += np.einsum("ktn,kn->nt", probability, weight[chunk])
        weights.append({name: value.cpu() for name, value in networks.state_dict().items()})
        log.info(
            "%d of %d networks; best bce of the people who choose, mean %.4f",
            min(chunk.stop, len(seeds)),
            len(seeds),
            histories[-1].choose.min(axis=0).mean(),
        )
    stacked = {name: torch.cat([w[name] for w in weights]) for name in weights[0]}
    return Trained(p_action_0, stacked, history_frame(histories))


def history_frame(histories: Sequence[History]) -> pd.DataFrame:
    """Return the means over all networks, a row an epoch that was looked at."""
    train = np.concatenate([history.train for history in histories], axis=1)
    choose = np.concatenate([history.choose for history in histories], axis=1)
    best = choose.argmin(axis=0)
    return pd.DataFrame(
        {
            "epoch": histories[0].epoch,
            "learning_rate": histories[0].learning_rate,
            "train_bce": train.mean(axis=1, dtype=np.float64),
            "choose_bce": choose.mean(axis=1, dtype=np.float64),
            "n_best": np.bincount(best, minlength=len(choose)),
            "seconds": np.sum([history.seconds for history in histories], axis=0),
        }
    )
