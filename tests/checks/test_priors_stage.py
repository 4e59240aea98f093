"""The stage on simulated people: the prior that made them is chosen, and the numbers add up."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from tests.scores.frames import gershman_people
from trnn.checks.priors.grid import Prior
from trnn.checks.priors.measured import task_measured
from trnn.checks.priors.prior_evidence import prior_evidence
from trnn.checks.priors.priors_stage import select_prior
from trnn.checks.priors.priors_table import TASK_MEASURED, prior_selection
from trnn.checks.priors.task_stage import measure_task
from trnn.config.dynamics import Range, Switching
from trnn.config.experiment import Experiment
from trnn.config.priors import PriorGrid
from trnn.config.stage_views import view
from trnn.config.task import BernoulliTask, BlockLength, GaussianTask
from trnn.config.views import from_view
from trnn.errors import ConfigError
from trnn.report.text.priors import compared_sections, prior_sections, prior_words
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.halves import halves
from trnn.trials.sequences import from_frame

NOTHING = Provenance(settings={}, seed=1)
MADE = {
    "alpha": Range(low=0.3, high=0.9),
    "beta": Range(low=3, high=8),
    "kappa": Range(low=0.3, high=0.6),
}
RANGES = {name: r.model_dump() for name, r in MADE.items()}
FAR = {"kappa": {"low": -0.6, "high": -0.3}}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=2,
    trials_per_block=40,
    arm_probabilities=[(0.8, 0.2), (0.2, 0.8)],
    schedule="independent",
)


def grid(published: dict, n_particles: int = 200) -> PriorGrid:
    law = {"kind": "switching", "hazard": 0.02, "min_gap": 30, "max_changes": [1]}
    return PriorGrid.model_validate(
        {
            "published": {"dynamics": law, "parameters": published},
            "hazards": [0.02],
            "ranges": {"made": RANGES},
            "n_particles": n_particles,
        }
    )


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    model = get_model("q_learning_perseveration")
    law = get_dynamics(Switching(kind="switching", hazard=0.02), MADE)
    frame = to_frame(simulate(model, law, TASK, 8, 3, ("test", "priors")), model, "switching")
    number = pd.factorize(frame["subject"])[0]
    frame.insert(1, "group", pd.Series(np.array(["a", "b"])[number % 2], dtype="str"))
    better = (frame["arm_mean_1"] > frame["arm_mean_0"]).astype(int)
    frame["best_action"] = (frame["action"] == better).astype(int)
    return frame


def experiment(base: Experiment, prior_grid: PriorGrid, law: Switching) -> Experiment:
    own = from_view(view(base, "select_prior"))
    changes = {"prior_grid": prior_grid, "dynamics": {"switching": law}, "parameters": MADE}
    own.__dict__.update(changes)
    return own


@pytest.fixture(scope="module")
def selection(people, tiny_experiments, tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("priors")
    people.to_parquet(folder / "trials.parquet")
    free = Switching(kind="switching", hazard=0.02)
    own = experiment(tiny_experiments["dezfouli"], grid(RANGES | FAR), free)
    for name in ("first", "second"):
        select_prior(folder / "trials.parquet", folder / name, own, 1, 50, NOTHING)
    assert (folder / "first").read_bytes() == (folder / "second").read_bytes()
    return read_table(
        folder / "first", prior_selection(get_model("q_learning_perseveration").unit_of)
    )


def test_the_prior_that_made_the_choices_is_chosen_and_flagged(selection):
    assert selection["chosen"].tolist() == selection["configured"].tolist()
    chosen = selection[selection["chosen"]].iloc[0]
    assert (chosen["ranges"], chosen["hazard"], chosen["min_gap"]) == ("made", 0.02, 0)
    assert (chosen["kappa_low"], chosen["kappa_high"]) == (0.3, 0.6)
    assert selection["published"].tolist() == [True] + [False] * (len(selection) - 1)
    assert chosen["gain_reporting"] > 0
    assert chosen["gain_reporting_ci_low"] <= chosen["gain_reporting"]
    assert (selection["subjects_choosing"] == 4).all()
    assert (selection["trials_reporting"] == 4 * 80).all()


def test_a_configured_prior_may_have_hazards_of_peoples_own(people, tiny_experiments, tmp_path):
    people.to_parquet(tmp_path / "trials.parquet")
    law = Switching(kind="switching", hazard=[0.005, 0.02])
    own = experiment(tiny_experiments["dezfouli"], grid(RANGES | FAR, n_particles=60), law)
    select_prior(tmp_path / "trials.parquet", tmp_path / "out", own, 1, 20, NOTHING)
    unit_of = get_model("q_learning_perseveration").unit_of
    schema = prior_selection(unit_of, own_hazards=True)
    table = read_table(tmp_path / "out", schema)
    assert table.columns.tolist() == schema.names()
    assert "hazards" not in prior_selection(unit_of).names()
    configured = table["configured"]
    assert configured.tolist() == [False] * (len(table) - 1) + [True]
    assert table["hazard"].isna().tolist() == configured.tolist()
    assert table.loc[configured, "hazards"].tolist() == ["0.005, 0.02"]
    assert table.loc[~configured, "hazards"].isna().all()
    words = prior_words(table[configured].iloc[0])
    assert words.startswith("own hazards of 0.005, 0.02, no gap, no limit, α in [0.3, 0.9]")
    assert prior_words(table.iloc[0]).startswith("hazard 0.02, gap 30")


def test_the_columns_follow_from_each_subjects_evidence(selection, people):
    settings = grid(RANGES | FAR)
    sequences = from_frame(people)
    made = Prior("made", Switching(kind="switching", hazard=0.02), MADE)
    evidence = prior_evidence(
        get_model("q_learning_perseveration"), made, sequences, settings, 1, "dezfouli"
    )
    values, errors = evidence.log, evidence.error
    half = halves(people, "dezfouli", 1)
    row = selection[selection["chosen"]].iloc[0]
    for name in ("choosing", "reporting"):
        here = [half[s] == name for s in sequences.subjects]
        own = values[here]
        assert row[f"log_evidence_{name}"] == pytest.approx(own.sum(), abs=1e-9)
        assert row[f"log_evidence_per_trial_{name}"] == pytest.approx(own.sum() / 320)
        assert row[f"bce_{name}"] == pytest.approx(-(own / 80).mean())
        total = np.sqrt((errors[here] ** 2).sum())
        assert row[f"log_evidence_error_{name}"] == pytest.approx(total)
        assert row[f"unconverged_{name}"] == (errors[here] > settings.tolerance).sum()


def test_the_evidence_is_the_integral_over_the_prior():
    """Four trials without changes: against quadrature over a grid of the parameters.

    Without resampling the filter averages over independent draws, whose error quadrature gives too.
    """
    actions, rewards = [0, 0, 1, 0], [1.0, 0.0, 1.0, 0.0]
    frame = pd.DataFrame(
        {"subject": "x", "block": 0, "trial": range(4), "action": actions, "reward": rewards}
    )
    prior = Prior("x", Switching(kind="switching", hazard=0), MADE)
    settings = grid(RANGES, n_particles=40_000).model_copy(update={"resample_below": 0.0})
    evidence = prior_evidence(
        get_model("q_learning_perseveration"), prior, from_frame(frame), settings, 1, "x"
    )
    found = evidence.log[0]
    middles = (np.arange(40) + 0.5) / 40
    points = [r.low + (r.high - r.low) * middles for r in MADE.values()]
    likelihoods = []
    for alpha, beta, kappa in itertools.product(*points):
        q, last, p = [0.0, 0.0], None, 1.0
        for action, reward in zip(actions, rewards, strict=True):
            stay = 0.0 if last is None else kappa * (1 - 2 * last)
            p_0 = expit(beta * (q[0] - q[1] + stay))
            p *= p_0 if action == 0 else 1 - p_0
            q[action] += alpha * (reward - q[action])
            last = action
        likelihoods.append(p)
    mean, sd = np.mean(likelihoods), np.std(likelihoods)
    assert 4 * sd / np.sqrt(40_000) < 0.05 * mean
    assert np.exp(found) == pytest.approx(mean, abs=4 * sd / np.sqrt(40_000))


def test_an_experiment_without_a_grid_is_refused(tmp_path, tiny_experiments):
    with pytest.raises(ConfigError, match="prior_grid None"):
        select_prior(
            tmp_path / "no", tmp_path / "out", tiny_experiments["artificial"], 1, 50, NOTHING
        )


def test_the_task_of_people_with_bernoulli_arms(people, tiny_experiments, tmp_path):
    people.to_parquet(tmp_path / "trials.parquet")
    own = from_view(view(tiny_experiments["dezfouli"], "measure_task"))
    measure_task(tmp_path / "trials.parquet", tmp_path / "out", own, NOTHING)
    table = read_table(tmp_path / "out", TASK_MEASURED).set_index("quantity")
    best = people[people["best_action"] == 1]
    row = table.loc["reward_rate_better"]
    assert (row["measured"], row["n"]) == (pytest.approx(best["reward"].mean()), len(best))
    assert row["configured"] == pytest.approx((0.25 + 0.125 + 0.08) / 3)
    assert table.loc["reward_rate_other", "measured"] < row["measured"]
    first = people.drop_duplicates(["subject", "block"])
    share = (first["arm_mean_0"] > first["arm_mean_1"]).mean()
    assert table.loc["better_arm_is_0", "measured"] == pytest.approx(share)
    assert table.loc["n_blocks", ["measured", "configured"]].tolist() == [2, 6]
    assert table.loc["block_length_sd", "measured"] == 0


def test_the_task_of_people_with_gaussian_arms_and_blocks_that_vary():
    trials = gershman_people(n=20, n_blocks=20)
    # A block's first trial of every other subject goes: lengths 10 and 9.
    odd = pd.factorize(trials["subject"])[0] % 2 == 1
    trials = trials[~(odd & (trials["trial"] == 9))]
    law = BlockLength(mean=9.5, sd=1, low=9, high=10)
    task = GaussianTask(
        kind="gaussian", n_blocks=20, trials_per_block=law, arm_mean_sd=10, reward_sd=1
    )
    table = task_measured(trials, task).set_index("quantity")
    assert table.loc["block_length_mean", "measured"] == pytest.approx(9.5)
    assert table.loc["block_length_min", ["measured", "configured"]].tolist() == [9, 9]
    # A person's blocks are all of one length, and the persons' lengths are 10 and 9 in turn.
    assert table.loc["block_length_sd", "measured"] == 0
    expected = pytest.approx(np.sqrt(0.25 * 20 / 19))
    assert table.loc["block_length_person_sd", "measured"] == expected
    # Simulated with SD 1 and 10: rounding is taken out again; 3,800 rewards, 800 arms.
    assert table.loc["reward_sd", "measured"] == pytest.approx(1, abs=4 / np.sqrt(2 * 3800))
    assert table.loc["arm_mean_sd", "measured"] == pytest.approx(10, abs=4 * 10 / np.sqrt(2 * 800))


def test_the_summary_names_the_chosen_prior_and_whether_it_is_configured(selection):
    text = "\n".join(prior_sections(selection, None, "people"))
    words = prior_words(selection[selection["chosen"]].iloc[0])
    assert words.startswith("hazard 0.02, no gap, no limit, α in [0.3, 0.9]")
    assert f"**Prior chosen: {words}.** It is the configured prior." in text
    other = selection.assign(configured=selection["published"])
    assert "**The configured prior is another one.**" in "\n".join(
        prior_sections(other, None, "people")
    )
    assert prior_sections(None, None, "people") == []


def test_two_experiments_on_the_same_people_are_compared_and_others_not():
    def metrics(values: list[float]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "population": "human",
                "estimator": "trnn",
                "subject": ["x", "y", "z"],
                "bce": values,
                "bce_theory": np.array(values) + 1,
            }
        )

    tables = {"a": metrics([0.1, 0.2, 0.3]), "b": metrics([0.2, 0.3, 0.7]), "c": metrics([1, 2, 3])}
    text = "\n".join(
        compared_sections(tables, {"a": "dezfouli", "b": "dezfouli", "c": "gershman"}, 1, 50)
    )
    assert "## Priors compared: dezfouli" in text and "gershman" not in text
    line = next(part for part in text.splitlines() if "| b " in part and "| bce " in part)
    assert "0.4000" in line and "+0.2000" in line
    assert compared_sections(tables, {"a": "dezfouli", "b": None, "c": "gershman"}, 1, 50) == []
