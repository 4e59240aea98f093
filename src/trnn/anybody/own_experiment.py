"""An experiment of one's own people: settings that suit a model, a task, and a session's length."""

from collections.abc import Mapping
from typing import Any

from scipy.stats.qmc import LatinHypercube

from trnn.anybody.assumptions import Assumptions
from trnn.checks.priors.task_of_people import digits
from trnn.config.dynamics import Range
from trnn.data.coding import round_scale
from trnn.seeds import generator

# Of a learning parameter's range, by how many learning parameters there are: all combinations are
# followed, so that more of them have fewer values. Of more than these there are so many sets.
REFERENCES = {
    1: (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95),
    2: (0.1, 0.4, 0.8),
    3: (0.15, 0.6),
}
SETS = 8
PARTICLES = {1: 5000, 2: 10_000}
MANY_PARTICLES = 20_000
LONG = 400  # trials of a session from which windows are parts of it
WINDOW = 250
# A walk's SD within a session, on the logit scale: from the middle of a range nearly to its end.
DRIFT = 2.0
RECOVERY = (25, 50, 100, 200, 400, 700, 1000)
FEWEST_FOR_DRNN, FEWEST_IN_GROUP, MANY = 6, 10, 50


def own_experiment(
    name: str,
    model: str,
    assumed: Assumptions,
    learning: Mapping[str, bool],
    task: Mapping[str, Any],
    session: int,
    group_sizes: Mapping[str, int],
    n_people: int,
) -> dict[str, Any]:
    """Return the settings of an experiment as plain data, in the order in which they are told.

    Parameters
    ----------
    assumed : the model's ranges, and how often parameters change
    learning : parameter -> whether the model's state depends on it
    session : trials of a typical session
    group_sizes : people of each group; empty where there are no groups
    """
    hazard = assumed.hazard_of(session)
    step = digits(DRIFT / session**0.5, 2)
    walk = {"scale": "logit", "start_mean": 0, "start_sd": 1.5, "step_sd": step}
    return {
        "name": name,
        "description": f"parameters of {model} of the people of {name}",
        "human": name,
        "model": model,
        "parameters": {p: {"low": r.low, "high": r.high} for p, r in assumed.ranges.items()},
        "task": dict(task),
        "dynamics": {
            "stationary": {"kind": "stationary"},
            "switching": {"kind": "switching", "hazard": hazard},
            "random_walk": {
                "kind": "random_walk",
                "parameters": {p: dict(walk) for p in assumed.ranges},
            },
            "training": {"kind": "switching", "hazard": hazard, "stationary_share": 0.2},
        },
        "train": {
            "dynamics": "training",
            "n_agents": 2000 if session >= LONG else 5000,
            "n_validation": 400 if session >= LONG else 1000,
        },
        "test": {
            "dynamics": ["stationary", "switching", "random_walk"],
            "n_agents": 300,
            "recovery_trials": [n for n in RECOVERY if n <= session],
        },
        "estimators": _estimators(assumed, learning, task, session, group_sizes, n_people),
    }


def _references(
    ranges: Mapping[str, Range],
) -> dict[str, list[float]] | list[dict[str, float]]:
    """Return reference values over the ranges of the learning parameters: a grid, or sets.

    Sets are a Latin hypercube: along every parameter they have values equally far apart.
    """
    if not ranges or len(ranges) in REFERENCES:
        shares = REFERENCES.get(len(ranges), ())
        return {p: [_at(r, share) for share in shares] for p, r in ranges.items()}
    rng = generator(0, "reference sets", len(ranges))
    points = LatinHypercube(len(ranges), scramble=False, optimization="random-cd", rng=rng).random(
        SETS
    )
    return [
        {p: _at(r, share) for (p, r), share in zip(ranges.items(), point, strict=True)}
        for point in points
    ]


def _at(bounds: Range, share: float) -> float:
    return digits(bounds.low + share * (bounds.high - bounds.low))


def _estimators(
    assumed: Assumptions,
    learning: Mapping[str, bool],
    task: Mapping[str, Any],
    session: int,
    group_sizes: Mapping[str, int],
    n_people: int,
) -> dict[str, Any]:
    references = _references({p: r for p, r in assumed.ranges.items() if learning[p]})
    spread = max(float(task.get("arm_mean_sd", 1.0)), float(task.get("reward_sd", 1.0)))
    scale = round_scale(spread) if task["kind"] == "gaussian" else 1.0
    long = session >= LONG
    found: dict[str, Any] = {
        "mle": {"n_candidates": 256, "n_starts": 5},
        "filter": {"dynamics": "random_walk", "n_particles": 4000},
        "bayes": {
            "dynamics": "switching",
            "n_particles": PARTICLES.get(len(assumed.ranges), MANY_PARTICLES),
        },
        "trnn": {
            "network": {
                "hidden_units": 64,
                "action_units": 32,
                "reward_scale": scale,
                "reference_values": references,
                "posterior": {"components": 8, "units": 64},
            },
            "training": {
                "n_steps": 4000 if long else 2000,
                "lanes": 32 if long else 64,
                "window": WINDOW if long else session,
                "learning_rate": 0.008,
                "optimizer": "muon",
                "matrix_rate": 0.04,
                "schedule": "linear",
                "teacher": {"n_particles": 3000},
                "plays": 4,
                "seeds": [0, 1],
            },
            "ensemble": "mean",
        },
        "variants": {
            "trnn_smooth": {
                "network": {"smooth": True, "posterior": {"units": 128}},
                "training": {"n_steps": 3000 if long else 1500, "matrix_rate": 0.02, "seeds": [0]},
            }
        },
    }
    if n_people >= FEWEST_FOR_DRNN:
        apart = bool(group_sizes) and min(group_sizes.values()) >= FEWEST_IN_GROUP
        found["drnn"] = {
            "within": "group" if apart else "all",
            "folds": 10 if n_people > MANY else None,
            "members": 4,
            "reward_scale": scale,
            "block_start_input": True,
            "n_epochs": 40,
            "window": min(130, session),
            "learning_rate": 0.03,
            "epochs_per_check": 4,
        }
    return found
