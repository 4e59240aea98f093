"""Made-up tables of any size, shaped as the pipeline's, for drawing figures."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.signal import lfilter

from ger2024.figures.catalogue import CATALOGUE
from ger2024.study import tables_of
from tests.checks.calibration_made import fake_calibration, fake_optimality
from tests.checks.identifiability_made import fake_map
from tests.checks.joint_made import fake_joint
from tests.checks.nonstationarity_made import fake_evidence, fake_rates
from tests.checks.people_made import fake_features, fake_predictive
from tests.checks.theories_made import fake_recovery, fake_theories
from tests.conftest import ROOT
from tests.figures.fake_tests import NOTHING_MORE, OTHER_TESTS
from trnn.config.dynamics import Range
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.data.registry import load_registry
from trnn.figures.about import About
from trnn.figures.entry import figures_of
from trnn.figures.figure_stage import draw_figure
from trnn.scores.head_to_head import head_to_head
from trnn.theory.meanings import MEANINGS
from trnn.theory.models import get_model
from trnn.workflow.plan import Plan

GROUPS = ("bipolar", "depression", "healthy")
DYNAMICS = ("stationary", "switching", "random_walk")
RANGES = {
    "artificial": {"alpha": (0.0, 1.0), "beta": (0.0, 10.0)},
    "dezfouli": {"alpha": (0.0, 0.2), "beta": (0.0, 10.0), "kappa": (-0.5, 0.5)},
    "gershman": {"beta": (0.0, 4.0), "gamma": (0.0, 1.0)},
    "dezfouli_chosen": {
        "alpha": (0.0, 1.0),
        "beta": (-5.0, 10.0),
        "persistence": (-5.0, 5.0),
        "omega": (-5.0, 5.0),
        "side_bias": (-1.0, 1.0),
    },
    "gershman_chosen": {
        "beta": (0.0, 4.0),
        "gamma": (0.0, 1.0),
        "persistence": (-1.5, 1.5),
        "side_bias": (-0.7, 0.7),
    },
    "recovery_one": {"alpha": (0.0, 1.0)},
    "recovery_three": {"alpha": (0.0, 1.0), "beta": (0.0, 10.0), "kappa": (-0.5, 0.5)},
}
PARAMETERS = {
    experiment: {name: Range(low=low, high=high) for name, (low, high) in ranges.items()}
    for experiment, ranges in RANGES.items()
}
# Of experiments with people, their data set.
PEOPLE = {
    "dezfouli": "dezfouli",
    "gershman": "gershman",
    "dezfouli_chosen": "dezfouli",
    "gershman_chosen": "gershman",
}
# Agents whose recovery alone is asked for are of one kind.
DYNAMICS = {
    experiment: DYNAMICS[:1] if experiment.startswith("recovery") else DYNAMICS
    for experiment in RANGES
}
MODELS = {
    "artificial": "q_learning",
    "dezfouli": "q_learning_perseveration",
    "gershman": "hybrid_exploration",
    "dezfouli_chosen": "q_learning_forgetting_reward_bias",
    "gershman_chosen": "hybrid_persistence_bias",
    "recovery_one": "q_learning_known_temperature",
    "recovery_three": "q_learning_perseveration",
}
ABOUT = {
    experiment: About(
        ranges,
        get_model(MODELS[experiment]).unit_of,
        {name: name for name in DYNAMICS[experiment]},
    )
    for experiment, ranges in PARAMETERS.items()
}
BCE = {"prior": 0.45, "mle": 0.363, "filter": 0.332, "bayes": 0.319, "trnn": 0.322, "oracle": 0.304}
# Of people alone.
MORE = {"constant": 0.367, "trnn_unlinked": 0.330, "drnn": 0.306, "drnn_pooled": 0.310}
SEEDS = {"trnn": (0, 1), "trnn_unlinked": (0, 1)}
ERROR = {"prior": 0.063, "mle": 0.040, "filter": 0.031, "bayes": 0.018, "trnn": 0.022}


@dataclass(frozen=True)
class Size:
    """How many subjects of each group or dynamics, blocks, and trials a block."""

    subjects: int
    blocks: int
    trials: int


SMALL = {
    "artificial": Size(3, 2, 20),
    "dezfouli": Size(3, 2, 45),
    "gershman": Size(5, 6, 10),
    "dezfouli_chosen": Size(3, 2, 45),
    "gershman_chosen": Size(5, 6, 10),
    "recovery_one": Size(3, 2, 20),
    "recovery_three": Size(3, 2, 20),
}
FULL = {
    "artificial": Size(100, 10, 100),
    "dezfouli": Size(34, 12, 109),
    "gershman": Size(44, 20, 10),
    "dezfouli_chosen": Size(34, 12, 109),
    "gershman_chosen": Size(44, 20, 10),
    "recovery_one": Size(100, 10, 100),
    "recovery_three": Size(100, 10, 100),
}


def plans(*more: str) -> dict[str, Plan]:
    """Return the plans of the experiments that run by default, and of some more.

    Those that have theories in `config/theories.yaml` have them.
    """
    raw = read_yaml(ROOT / "config/config.yaml")
    with_theories = load_run(merge(raw, read_yaml(ROOT / "config/theories.yaml")))
    chosen = load_run(raw | {"experiments": [*raw["experiments"], *more]})
    registry = load_registry(ROOT / "config/datasets")
    found = {}
    for run in (chosen, with_theories):
        found |= load_experiments(run, ROOT / "config/experiments")
    out = {}
    for name, experiment in found.items():
        dataset = registry[experiment.human] if experiment.human else None
        out[name] = Plan(experiment, dataset, tables_of(experiment, dataset))
    return out


# Every figure that is drawn by default: `<experiment>/<kind>`.
FIGURES = [
    f"{name}/{entry.kind}"
    for name, plan in plans().items()
    for entry in figures_of(CATALOGUE.values(), plan.there())
]


def experiment_of(name: str) -> str:
    """Return the experiment of a figure."""
    return name.split("/")[0]


def of_people(name: str) -> bool:
    """Return whether a figure shows people."""
    experiment, kind = name.split("/")
    return experiment in PEOPLE and CATALOGUE[kind].of_people


def draw(
    name: str, data: dict[str, pd.DataFrame], simulated: bool = False
) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure `<experiment>/<kind>`."""
    experiment, kind = name.split("/")
    return draw_figure(CATALOGUE[kind], data, ABOUT[experiment], simulated)


def tables(experiment: str, size: Size, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return every table that a figure of the experiment may need, by its key."""
    rng = np.random.default_rng(seed)
    metrics = fake_metrics(experiment, size, rng)
    out = {
        "metrics": metrics,
        "statistics": fake_statistics(experiment, metrics, size),
        "findings": pd.DataFrame(
            {"quantity": ["kappa_staying_correlation"] * 2, "published": [0.64, np.nan]}
        ),
    }
    out["calibration"] = fake_calibration(RANGES[experiment], DYNAMICS[experiment], size.subjects)
    if len(RANGES[experiment]) > 1:
        out["joint_calibration"] = fake_joint(RANGES[experiment], size.subjects)
    out["optimality"] = fake_optimality(RANGES[experiment], DYNAMICS[experiment], size.subjects)
    out["identifiability"] = fake_map(RANGES[experiment], "stationary", (50, 200, 1000, 1308))
    if "switching" in DYNAMICS[experiment]:
        out["identifiability_moving"] = fake_map(RANGES[experiment], "switching", (size.trials,))
    groups = (
        GROUPS if PEOPLE.get(experiment) == "dezfouli" else (None,) if experiment in PEOPLE else ()
    )
    out["nonstationarity"] = fake_evidence(
        tuple(RANGES[experiment]), DYNAMICS[experiment], groups, size.subjects
    )
    out["nonstationarity_rates"] = fake_rates(out["nonstationarity"])
    if experiment in PEOPLE:
        out["misspecification_features"] = fake_features(
            groups, size.subjects, binary=PEOPLE.get(experiment) == "dezfouli"
        )
        out["predictive"] = fake_predictive(groups, size.subjects, size.trials)
        out["theories"] = fake_theories(size.subjects)
        out["theory_recovery"] = fake_recovery(size.subjects)
    out["test_trials"] = fake_agents(experiment, size, rng)
    for name in ("mle", "filter", "bayes", "trnn"):
        out[f"estimates:{name}:test"] = fake_estimates_of(out["test_trials"], name, rng)
    for network, seeds in SEEDS.items():
        for k in seeds:
            out[f"training:{network}:{k}"] = fake_history(experiment, rng)
    if experiment in PEOPLE:
        for cohort in GROUPS if PEOPLE.get(experiment) == "dezfouli" else ("all",):
            out[f"drnn_training:drnn:{cohort}"] = fake_drnn_history(rng)
        out["human_trials"] = fake_people(experiment, size, rng)
        out["estimates:trnn:human"] = fake_trnn(experiment, out["human_trials"], rng)
        out["head_to_head"] = fake_heads(experiment, out["human_trials"], rng)
        out["matched"] = fake_matched(out["human_trials"], rng)
        out["estimates:trnn:matched"] = fake_trnn(experiment, out["matched"], rng)
    else:
        out["estimates:prior:test"] = fake_prior(experiment, out["test_trials"])
        out["recovery_fits"] = fake_fits(experiment, out["test_trials"], size, rng)
    return out


def fake_metrics(experiment: str, size: Size, rng: np.random.Generator) -> pd.DataFrame:
    """Return metrics of people, where there are any, and of the test agents."""
    rows: list[dict[str, Any]] = []
    for population in ("human", "test"):
        people = population == "human"
        own = GROUPS if PEOPLE.get(experiment) == "dezfouli" else (None,) * (experiment in PEOPLE)
        for group in own if people else DYNAMICS[experiment]:
            for i in range(size.subjects):
                base = rng.normal(0, 0.1)
                for estimator, bce in (BCE | (MORE if people else {})).items():
                    if people and estimator == "oracle":
                        continue
                    value = max(0.02, bce + base + rng.normal(0, 0.02))
                    row: dict[str, Any] = {
                        "population": population,
                        "subject": f"{group}-{i + 1:04d}",
                        "group": group if people else None,
                        "dynamics": None if people else group,
                        "estimator": estimator,
                        "n_trials": size.blocks * size.trials,
                        "bce": value,
                        "bce_theory": value,
                        "pseudo_r2": 1 - value / np.log(2),
                        "normalized_likelihood": np.exp(-value),
                        "accuracy": 0.8,
                    }
                    for name in PARAMETERS[experiment]:
                        error = ERROR.get(estimator, np.nan)
                        row[f"mse_{name}"] = np.nan if people else error * rng.gamma(2, 0.5)
                    rows.append(row)
    return pd.DataFrame(rows)


def _estimators(a: str, b: str) -> dict[str, str]:
    return {"estimator_a": a, "estimator_b": b}


def fake_statistics(experiment: str, metrics: pd.DataFrame, size: Size) -> pd.DataFrame:
    """Return comparisons of every pair with made-up corrected p values of every size."""
    found: list[tuple] = []  # population, then a test
    for population in metrics["population"].unique():
        people = population == "human"
        own = metrics[metrics["population"] == population]
        measures = ["bce", *(f"mse_{name}" for name in PARAMETERS[experiment] if not people)]
        for group in ("all", *own["group" if people else "dynamics"].dropna().unique()):
            for measure in measures:
                compared = ["mle", "filter", "bayes", "trnn", *(("constant", "drnn") * people)]
                pairs = [("estimators", *pair) for pair in combinations(compared, 2)]
                if people:
                    # As the real table, it holds comparisons that no figure marks.
                    pairs += [
                        ("variants", "trnn", "trnn_unlinked"),
                        ("variants", "drnn", "drnn_pooled"),
                        ("variants", "mle", "trnn_unlinked"),
                    ]
                found += [
                    (population, kind, group, measure, f"{a} - {b}", _estimators(a, b))
                    for kind, a, b in pairs
                ]
    if experiment not in PEOPLE:
        found += [
            (
                *("test", "estimators", "stationary", f"recovery_{name}"),
                f"mle - {estimator} after {n} trials",
                {**_estimators("mle", estimator), "trials_seen": n},
            )
            for name in RANGES[experiment]
            for n in trials_seen(size)
            for estimator in ("prior", "filter", "bayes", "trnn")
        ]
    # The clusters above are of blocks of ten trials.
    others = OTHER_TESTS.get(experiment, [])
    found += [("human", *row) for row in others if row[0] != "course" or size.trials >= 10]
    cycle = (0.0004, 0.2, 0.003, 0.03, 0.00001, 0.9, 0.04)
    rows: list[dict[str, Any]] = []
    for i, (population, kind, group, measure, contrast, more) in enumerate(found):
        p = cycle[i % len(cycle)]
        rows.append(
            {
                "id": f"{experiment}/{population}/{group}/{measure}/{contrast}",
                "kind": kind,
                "family": f"{experiment}/{population}/{measure}/{group}",
                "population": population,
                "group": group,
                "measure": measure,
                "contrast": contrast,
                **NOTHING_MORE,
                **more,
                "n": int(metrics["subject"].nunique()),
                "difference": 0.1,
                "test": "a test",
                "p": p / 2,
                "p_holm": p,
            }
        )
    return pd.DataFrame(rows)


def fake_agents(experiment: str, size: Size, rng: np.random.Generator) -> pd.DataFrame:
    """Return trials of simulated agents whose parameters stay, jump or walk."""
    n = size.blocks * size.trials
    parts = []
    for dynamics in DYNAMICS[experiment]:
        for i in range(size.subjects):
            frame = _index(f"{dynamics.replace('_', '-')}-{i + 1:04d}", size)
            frame.insert(1, "dynamics", dynamics)
            frame["action"], frame["reward"] = rng.integers(0, 2, n), rng.integers(0, 2, n) * 1.0
            frame["p_action_0"] = rng.random(n)
            if PEOPLE.get(experiment) == "gershman":
                _gaussian_arms(frame, size, rng)
                frame = frame.rename(columns={"mu_0": "arm_mean_0", "mu_1": "arm_mean_1"})
            for name, (low, high) in RANGES[experiment].items():
                frame[name] = low + (high - low) * _moving(dynamics, n, rng)
            parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def fake_estimates_of(trials: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return estimates of the agents' parameters that lag and err as an estimator's do."""
    out = trials[["subject", "block", "trial"]].assign(p_action_0=rng.random(len(trials)))
    for parameter in [name for name in MEANINGS if name in trials]:
        low, high = trials[parameter].min(), trials[parameter].max()
        if name == "mle":
            out[parameter] = trials.groupby("subject")[parameter].transform("mean")
            continue
        lag = trials.groupby("subject")[parameter].transform(lambda v: _smooth(v.to_numpy(), 0.04))
        noise = _smooth(rng.normal(0, 1, len(trials)), 0.08) * 0.2 * (high - low)
        out[parameter] = np.clip(lag + noise, low, high)
        if name in ("filter", "bayes"):
            out[f"{parameter}_sd"] = 0.08 * (high - low)
    return out


def fake_prior(experiment: str, trials: pd.DataFrame) -> pd.DataFrame:
    """Return the middle of each range, at every trial."""
    middles = {name: (low + high) / 2 for name, (low, high) in RANGES[experiment].items()}
    return trials[["subject", "block", "trial"]].assign(p_action_0=0.5, **middles)


def trials_seen(size: Size) -> list[int]:
    """Return the numbers of first trials that recovery is measured after."""
    length = size.blocks * size.trials
    return [n for n in (25, 50, 100, 200, 400, 700, 1000) if n <= length] or [length]


def fake_fits(
    experiment: str, trials: pd.DataFrame, size: Size, rng: np.random.Generator
) -> pd.DataFrame:
    """Return fits to the first trials of each stationary agent, better the more there are."""
    own = trials[trials["dynamics"] == "stationary"]
    truth = own.drop_duplicates("subject").set_index("subject")
    parts = []
    for n in trials_seen(size):
        part = pd.DataFrame({"subject": truth.index, "n_trials": n})
        for name, (low, high) in RANGES[experiment].items():
            noise = rng.normal(0, (high - low) / np.sqrt(n), len(truth))
            part[name] = np.clip(truth[name].to_numpy() + noise, low, high)
        parts.append(part.assign(nll=0.5 * n, converged=True, at_bound=False))
    return pd.concat(parts, ignore_index=True)


def fake_history(experiment: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return a history of losses that fall, the checkpoint written where the sum is lowest."""
    n = 30
    out = pd.DataFrame({"epoch": np.arange(n), "step": 500 * (np.arange(n) + 1)})
    terms = ["loss", "bce"]
    terms += [f"{kind}_{name}" for name in RANGES[experiment] for kind in ("bin", "mse")]
    for split in ("train", "validation"):
        for term in terms:
            fall = np.exp(-np.arange(n) / 3) * rng.uniform(0.5, 5)
            out[f"{split}_{term}"] = rng.uniform(0.1, 3) + fall + rng.gamma(2, 0.01, n)
    loss = out["validation_loss"]
    return out.assign(best=loss < loss.cummin().shift(1, fill_value=np.inf))


def fake_drnn_history(rng: np.random.Generator) -> pd.DataFrame:
    """Return losses that fall, those of the choosers until networks learn people by heart."""
    epoch = np.arange(2, 42, 2)
    train = 0.3 + 0.4 * np.exp(-epoch / 8) + rng.gamma(2, 0.002, len(epoch))
    return pd.DataFrame(
        {
            "epoch": epoch,
            "train_bce": train,
            "choose_bce": train + 0.002 * epoch,
            "n_best": rng.integers(0, 9, len(epoch)),
        }
    )


def fake_people(experiment: str, size: Size, rng: np.random.Generator) -> pd.DataFrame:
    """Return trials of people who alternate and repeat by turns."""
    groups = GROUPS if PEOPLE.get(experiment) == "dezfouli" else (None,)
    parts = []
    for group in groups:
        for i in range(size.subjects):
            frame = _index(f"{group or 'person'}-{i + 1:02d}", size)
            n = len(frame)
            frame.insert(1, "group", group)
            stay = 1 / (1 + np.exp(-1 - 3 * _smooth(rng.normal(0, 1, n), 0.1)))
            frame["action"] = np.cumsum(rng.random(n) > stay) % 2
            frame["reward"] = (rng.random(n) < 0.15) * 1.0
            if PEOPLE.get(experiment) == "gershman":
                _gaussian_arms(frame, size, rng)
            parts.append(frame)
    return pd.concat(parts, ignore_index=True).astype({"group": "str"})


def fake_matched(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return two agents a person, on the person's schedule, with choices of their own."""
    parts = []
    for k in (1, 2):
        part = people.drop(columns="group").rename(columns={"subject": "person"})
        part.insert(0, "subject", part["person"] + f"-{k}")
        part["action"] = np.where(rng.random(len(part)) < 0.2, 1 - part["action"], part["action"])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    return table.rename(columns={"mu_0": "arm_mean_0", "mu_1": "arm_mean_1"})


def fake_trnn(experiment: str, trials: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return estimates that follow what people do."""
    n = len(trials)
    out = trials[["subject", "block", "trial"]].copy()
    before = trials.groupby("subject")["action"].shift(1).fillna(0.5)
    stayed = (before == trials["action"]).astype(float).to_numpy()
    recent = _smooth(np.concatenate([[0.5], stayed[:-1]]), 0.15)
    out["p_action_0"] = np.clip(np.where(before == 0, recent, 1 - recent), 0.02, 0.98)
    for name, (low, high) in RANGES[experiment].items():
        own = np.repeat(rng.normal(0, 0.1, trials["subject"].nunique()), n // _subjects(trials))
        drift = 0.002 * np.minimum(trials["trial"].to_numpy(), 60)
        position = np.clip(0.15 + 0.6 * recent + own + drift + rng.normal(0, 0.03, n), 0, 1)
        if PEOPLE.get(experiment) == "gershman" and name == "beta":
            first, second = (
                trials[f"{'mu' if 'mu_0' in trials else 'arm_mean'}_{i}"] for i in (0, 1)
            )
            wrong = trials["action"] != (first < second)
            position = np.clip(position - 0.3 * _smooth(np.roll(wrong, 1) * 1.0, 0.3), 0, 1)
        out[name] = low + (high - low) * position
    return out


def fake_heads(experiment: str, trials: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return how the t-RNN, its theory and two d-RNNs compare on people, half of whom report."""
    tables = {name: fake_trnn(experiment, trials, rng) for name in ("trnn", "drnn", "drnn_pooled")}
    for table in tables.values():
        noise = 0.1 * rng.standard_normal(len(table))
        table["p_action_0"] = np.clip(table["p_action_0"] + noise, 0.02, 0.98)
    theory = np.clip(tables["trnn"]["p_action_0"] + 0.02, 0.02, 0.98)
    tables["trnn"] = tables["trnn"].assign(p_theory_0=theory)
    return head_to_head(trials, tables, set(trials["subject"].unique()[::2]), experiment, 1, 50)


def _index(subject: str, size: Size) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject": subject,
            "block": np.repeat(np.arange(size.blocks), size.trials),
            "trial": np.tile(np.arange(size.trials), size.blocks),
        }
    )


def _gaussian_arms(frame: pd.DataFrame, size: Size, rng: np.random.Generator) -> None:
    means = np.round(rng.normal(0, 10, (2, size.blocks)))
    means[:, 0], means[:, 1] = (15, -15), (3, 3 + rng.integers(2))
    frame["mu_0"], frame["mu_1"] = np.repeat(means, size.trials, axis=1)
    better = (frame["mu_0"] < frame["mu_1"]).astype(int)
    slip = rng.random(len(frame)) < 0.12 + 0.3 * np.exp(-frame["trial"] / 2)
    frame["action"] = np.where(slip, 1 - better, better)
    frame["reward"] = np.where(frame["action"] == 0, frame["mu_0"], frame["mu_1"])
    frame["reaction_time_ms"] = np.nan


def _moving(dynamics: str, n: int, rng: np.random.Generator) -> np.ndarray:
    if dynamics == "stationary":
        return np.full(n, rng.random())
    if dynamics == "switching":
        return np.repeat(rng.random(4), -(-n // 4))[:n]
    return 1 / (1 + np.exp(-(rng.normal() + np.cumsum(rng.normal(0, 0.1, n)))))


def _smooth(values: np.ndarray, rate: float) -> np.ndarray:
    """Return the exponential moving average, (n,)."""
    start = [(1 - rate) * values[0]]
    return lfilter([rate], [1, rate - 1], np.asarray(values, dtype=float), zi=start)[0]


def _subjects(trials: pd.DataFrame) -> int:
    return int(trials["subject"].nunique())
