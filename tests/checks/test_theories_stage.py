"""The stages on simulated people: the model that made their choices is chosen and recovered."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from trnn.checks.theories.compare_stage import compare_theories
from trnn.checks.theories.evidence import candidate_evidence
from trnn.checks.theories.evidence_stage import theory_evidence
from trnn.checks.theories.matrix_stage import theory_recovery
from trnn.checks.theories.recovery import recovery_frame, theory_agents
from trnn.checks.theories.recovery_stage import recover_theory
from trnn.checks.theories.theories_table import (
    EVIDENCE_OF_THEORY,
    RECOVERY_OF_THEORY,
    THEORIES,
    THEORY_EVIDENCE,
    THEORY_RECOVERY,
)
from trnn.config.dynamics import Switching
from trnn.config.experiment import Experiment
from trnn.config.stage_views import theory_view, view
from trnn.config.task import BernoulliTask
from trnn.config.theories import Theories
from trnn.config.views import from_view
from trnn.errors import ConfigError
from trnn.scores.model_evidence import MEASURE as OTHER_MEASURE
from trnn.statistics.statistics_table import THEORY_COMPARISONS
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.halves import halves
from trnn.trials.sequences import from_frame

NOTHING = Provenance(settings={}, seed=1)
STAY = {
    "alpha": {"low": 0.3, "high": 0.9},
    "beta": {"low": 3, "high": 8},
    "kappa": {"low": 0.6, "high": 1.0},
}
CANDIDATES = {
    "stays": {"model": "q_learning_perseveration", "parameters": STAY},
    "learns": {"model": "q_learning", "parameters": {k: STAY[k] for k in ("alpha", "beta")}},
}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=2,
    trials_per_block=30,
    arm_probabilities=[(0.8, 0.2), (0.2, 0.8)],
    schedule="independent",
)


def theories(**changes: object) -> Theories:
    raw = {"candidates": CANDIDATES, "hazards": [0.01, 0.1], "n_particles": 200}
    raw |= {"max_particles": 400, "recovery": {"n_agents": 4}}
    return Theories.model_validate(raw | changes)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    model, ranges = get_model("q_learning_perseveration"), theories().candidates["stays"].parameters
    dynamics = get_dynamics(Switching(kind="switching", hazard=0.01), ranges)
    frame = to_frame(simulate(model, dynamics, TASK, 8, 3, ("test", "theories")), model, "x")
    number = pd.factorize(frame["subject"])[0]
    frame.insert(1, "group", pd.Series(np.array(["a", "b"])[number % 2], dtype="str"))
    return frame


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    changes = {"theories": theories(), "task": TASK}
    return tiny_experiments["dezfouli"].model_copy(update=changes)


@pytest.fixture(scope="module")
def made(people, experiment, tmp_path_factory):
    """The folder with all tables of the comparison, made of views as the workflow's are."""
    folder = tmp_path_factory.mktemp("theories")
    people.to_parquet(folder / "trials")
    for name in CANDIDATES:
        own = from_view(theory_view(experiment, name))
        theory_evidence(folder / "trials", folder / name, own, name, 1, NOTHING)
    for again in ("", "_again"):
        compare_theories(
            folder / "trials",
            {name: folder / name for name in CANDIDATES},
            *(folder / f"{kind}{again}" for kind in ("theories", "evidence", "comparisons")),
            from_view(view(experiment, "compare_theories")),
            1,
            50,
            NOTHING,
        )
    return folder


def test_the_model_that_made_the_choices_is_chosen(made):
    table = read_table(made / "theories", THEORIES)
    assert (made / "theories").read_bytes() == (made / "theories_again").read_bytes()
    chosen = table[table["chosen"]].iloc[0]
    assert chosen["theory"] == "stays" and len(table) == 2 * 3
    others = table[table["theory"] == "learns"]
    assert not others["tied"].any()
    assert (others["behind_reporting"] > others["behind_reporting_se"]).all()
    assert (table["subjects_choosing"] == 4).all() and (table["trials_reporting"] == 240).all()


def test_the_tables_follow_from_each_candidates_evidence(made, people):
    table = read_table(made / "theories", THEORIES)
    of_people = read_table(made / "evidence", THEORY_EVIDENCE)
    half = halves(people, "dezfouli", 1)
    for name in CANDIDATES:
        own = read_table(made / name, EVIDENCE_OF_THEORY)
        assert len(own) == 2 * 8 and (own["n_trials"] == 60).all()
        wide = own.pivot(index="subject", columns="hazard", values="log_evidence")
        mean = np.log(np.exp(wide).mean(axis=1))
        mine = of_people[of_people["theory"] == name].set_index("subject")
        np.testing.assert_allclose(mine["log_evidence"], mean.loc[mine.index])
        assert mine["half"].to_dict() == half
        rows = table[table["theory"] == name].reset_index()
        for k, hazard in enumerate((0.01, 0.1)):
            here = [half[s] == "choosing" for s in wide.index]
            assert rows.loc[k, "log_evidence_choosing"] == pytest.approx(
                wide.loc[here, hazard].sum()
            )
        best = wide.loc[[half[s] == "choosing" for s in wide.index]].sum().idxmax()
        assert set(mine["hazard"]) == {best}
    tests = read_table(made / "comparisons", THEORY_COMPARISONS)
    assert not (tests["measure"] == OTHER_MEASURE).any()
    frequent = tests[(tests["measure"] == "theory_evidence") & (tests["group"] == "all")]
    assert frequent.set_index("contrast").loc["stays", "difference"] > 0.7


def test_the_evidence_is_the_integral_over_the_ranges():
    """Four trials of constant parameters: against quadrature over a grid, with a plain loop."""
    actions, rewards = [0, 0, 1, 0], [1.0, 0.0, 1.0, 0.0]
    frame = pd.DataFrame(
        {"subject": "x", "block": 0, "trial": range(4), "action": actions, "reward": rewards}
    )
    particles = theories(n_particles=40_000, max_particles=40_000, resample_below=0.0)
    own = particles.candidates["learns"]
    log, _, n_particles = candidate_evidence(own, [0.0], from_frame(frame), particles, 1, "x")
    assert n_particles.tolist() == [[40_000]]
    middles = (np.arange(100) + 0.5) / 100
    likelihoods = []
    for alpha in 0.3 + 0.6 * middles:
        for beta in 3 + 5 * middles:
            q, p = [0.0, 0.0], 1.0
            for action, reward in zip(actions, rewards, strict=True):
                p_0 = expit(beta * (q[0] - q[1]))
                p *= p_0 if action == 0 else 1 - p_0
                q[action] += alpha * (reward - q[action])
            likelihoods.append(p)
    sd = np.std(likelihoods) / np.sqrt(40_000)
    assert np.exp(log[0, 0]) == pytest.approx(np.mean(likelihoods), abs=4 * sd)
    assert 4 * sd < 0.05 * np.mean(likelihoods)


def test_agents_of_each_candidate_are_recovered(experiment, tmp_path):
    own = from_view(view(experiment, "recover_theory"))
    for name in CANDIDATES:
        recover_theory(tmp_path / name, own, name, 1, NOTHING)
        table = read_table(tmp_path / name, RECOVERY_OF_THEORY)
        assert table["agent"].nunique() == 4 and set(table["scored"]) == set(CANDIDATES)
        assert table["hazard"].tolist() == [0.01, 0.1] * 4 and (table["n_trials"] == 60).all()
    theory_recovery({name: tmp_path / name for name in CANDIDATES}, tmp_path / "matrix", NOTHING)
    matrix = read_table(tmp_path / "matrix", THEORY_RECOVERY).set_index(["true", "scored"])
    for true in CANDIDATES:
        assert matrix.loc[(true, true), "chosen"] and matrix.loc[(true, true), "share_best"] > 0.7
        (other,) = set(CANDIDATES) - {true}
        assert matrix.loc[(true, other), "behind_true"] > 0
        shares = matrix.loc[[(true, name) for name in CANDIDATES], "share_best"]
        assert shares.sum() == pytest.approx(1)


def test_agents_are_the_same_whatever_their_number_and_follow_their_hazard():
    settings = theories(hazards=[0.0, 1.0])
    own = settings.candidates["stays"]
    few, _ = theory_agents(own, settings, TASK, 2, 1, "x")
    many, hazard = theory_agents(own, settings, TASK, 3, 1, "x")
    assert hazard.tolist() == [0.0, 1.0, 0.0] and many.subjects[:2] == few.subjects
    np.testing.assert_array_equal(many.action[:2], few.action)
    other, _ = theory_agents(own, settings, TASK, 3, 1, "y")
    assert (other.action != many.action).any()


def test_only_the_first_trials_count_where_the_settings_say_so():
    settings = theories()
    long, short = (
        recovery_frame("learns", settings, TASK, 2, n_trials, 1, "x") for n_trials in (None, 10)
    )
    assert set(long["n_trials"]) == {60} and set(short["n_trials"]) == {10}
    assert (short["log_evidence"] > long["log_evidence"]).all()
    # The first trials of the same agents, whose evidence is that of these trials alone.
    agents, _ = theory_agents(settings.candidates["learns"], settings, TASK, 2, 1, "x/learns")
    frame = agents.index_frame().assign(
        action=agents.to_column(agents.action), reward=agents.reward_column()
    )
    cut = frame.groupby("subject").head(10)
    log, _, _ = candidate_evidence(
        settings.candidates["stays"], [0.01, 0.1], from_frame(cut), settings, 1, "x/learns"
    )
    got = short.loc[short["scored"] == "stays", "log_evidence"]
    np.testing.assert_allclose(got, np.log(np.exp(log).mean(axis=0)))


def test_what_cannot_be_compared_is_refused(tmp_path, tiny_experiments, experiment):
    none, nothing = tiny_experiments["artificial"], tmp_path / "no"
    with pytest.raises(ConfigError, match="theories None; the candidate 'x'"):
        theory_evidence(nothing, nothing, none, "x", 1, NOTHING)
    with pytest.raises(ConfigError, match="theories None; theories are chosen on people"):
        compare_theories(nothing, {}, nothing, nothing, nothing, none, 1, 50, NOTHING)
    own = experiment.model_copy(update={"theories": theories(recovery=None)})
    with pytest.raises(ConfigError, match=r"set theories\.recovery"):
        recover_theory(nothing, own, "stays", 1, NOTHING)
