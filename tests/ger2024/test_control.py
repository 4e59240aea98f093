"""Matched agents: pairing by hand, and how often a claim is made where people are such agents."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.beyond import compare, one_family
from ger2024.findings.finding import ABOVE, BELOW, Row, Rule
from ger2024.findings.rise import rise_rows
from ger2024.findings.slopes import late_minus_early, within_block_slopes
from ger2024.findings.summaries import Resampling, describe
from tests.ger2024.matched_frames import matched
from trnn.checks.matched.control import courses_of_people, matched_agents, of_people, paired
from trnn.checks.predictive.resimulate import resimulate
from trnn.checks.predictive.schedules import schedules_of
from trnn.config.dynamics import Range
from trnn.config.task import BernoulliTask
from trnn.scores.moving_averages import stayed
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.groups import subject_means
from trnn.trials.sequences import from_frame

NAN = float("nan")
RESAMPLING = Resampling("d", 1, 20)


def values_frame(**own: list[float]) -> pd.DataFrame:
    """Return a joined frame of subjects with a value of their own a trial."""
    parts = [
        pd.DataFrame({"subject": name, "block": 0, "trial": np.arange(len(v)), "value": v})
        for name, v in own.items()
    ]
    return pd.concat(parts, ignore_index=True)


def mean_of(frame: pd.DataFrame) -> np.ndarray:
    return subject_means(frame, "value")["value"].to_numpy(dtype=float)


def test_a_control_is_the_mean_of_the_persons_agents_in_the_order_of_the_people() -> None:
    people = values_frame(b=[1.0, 3.0], a=[5.0], c=[7.0])
    agents = values_frame(a1=[1.0], b1=[0.0, 2.0], b2=[4.0], a2=[NAN], c1=[NAN], b3=[NAN])
    agents["person"] = agents["subject"].str[0]
    own, control = paired(people, agents, mean_of)
    assert control is not None
    # b: agents with 1 and 4, a third without a value; a: one agent; c: none has a value.
    np.testing.assert_array_equal(own, [2.0, 5.0, NAN])
    np.testing.assert_array_equal(control, [2.5, 1.0, NAN])
    # Who has no value of one's own is dropped from both, and who has no agents too.
    people.loc[people["subject"] == "a", "value"] = NAN
    own, control = paired(people, agents[agents["person"] != "b"], mean_of)
    assert np.isnan(own).all() and control is not None and np.isnan(control).all()
    assert paired(people, None, mean_of)[1] is None
    assert of_people(agents, np.arange(6.0), ["c", "x"]).tolist()[0] == 4.0


def test_courses_of_agents_become_those_of_their_people() -> None:
    agents = pd.DataFrame({"subject": ["a1", "b1", "a2"], "person": ["a", "b", "a"]})
    table = pd.DataFrame([[1.0, 2.0], [9.0, 9.0]], index=["a2", "b1"], columns=[0, 1])
    got = courses_of_people(agents, table)
    assert got.loc["a"].tolist() == [1.0, 2.0] and got.loc["b"].tolist() == [9.0, 9.0]
    table.loc["a1"] = [3.0, NAN]
    assert courses_of_people(agents, table).loc["a"].tolist() == [2.0, 2.0]
    assert courses_of_people(agents, table.iloc[:0]).empty


def test_agents_get_what_is_known_of_their_persons_trials() -> None:
    people = values_frame(p=[0.0, 0.0], q=[0.0]).assign(group="g", mu_1=3.0)
    people["mu_0"] = [1.0, 2.0, 5.0]
    agents = values_frame(x=[1.0], y=[1.0, 2.0]).assign(person=["q", "p", "p"], reward=0.0)
    estimates = agents[["subject", "block", "trial"]].assign(value=[7.0, 8.0, 9.0])
    got = matched_agents(people, agents, estimates)
    assert got["subject"].tolist() == ["x", "y", "y"] and got["mu_0"].tolist() == [5.0, 1.0, 2.0]
    # What stands in both tables is the truth and its estimate.
    assert got["value"].tolist() == [7.0, 8.0, 9.0] and got["true_value"].tolist() == [1, 1, 2]
    assert (got["group"] == "g").all()


@pytest.mark.parametrize("rule", [ABOVE, BELOW])
def test_the_paired_difference_bears_the_claim(rule: Rule) -> None:
    """The whole effect in the control: the claim falls; none in it: the claim stands."""
    rng = np.random.default_rng(0)
    effect = rule.side * np.abs(rng.normal(1, 0.1, 30))
    noise = rng.normal(0, 0.02, (3, 30))
    row = Row("2", "Mean over people of it.", "it", "all", "1", NAN, 0)
    for control, holds in ((effect + noise[0], False), (noise[1], True), (0.5 * effect, True)):
        rows = one_family([compare(row, effect, control, RESAMPLING, rule)], "f")
        assert [r.quantity for r in rows] == ["it", "it_of_control", "it_beyond_control"]
        assert [r.rule for r in rows] == [None, None, rule] and rule.met(rows[2]) is holds
        assert rows[2].value == pytest.approx(rows[0].value - rows[1].value)
        assert rows[2].p == stats.wilcoxon(effect - control).pvalue
        assert np.isnan([rows[0].p, rows[1].p]).all()
    (alone,) = one_family([compare(row, effect, None, RESAMPLING, rule)], "f")
    assert alone.rule is None and alone.p < 0.001


MODEL = get_model("q_learning_perseveration")
RANGES = {
    "alpha": Range(low=0.02, high=0.5),
    "beta": Range(low=0.5, high=6),
    "kappa": Range(low=-0.1, high=0.6),
}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=3,
    trials_per_block=80,
    arm_probabilities=[(0.4, 0.1), (0.1, 0.4)],
    schedule="independent",
)
N_RUNS, N_PEOPLE, N_AGENTS = 150, 12, 3


def estimated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sessions with a cheap estimate of κ that drifts over the block, as networks' do.

    It is a moving average of staying that begins at the same value in every block.
    """
    wide = stayed(frame).fillna(0.5).to_numpy().reshape(-1, 80)
    kappa, now = np.empty_like(wide), np.zeros(len(wide))
    for t in range(wide.shape[1]):
        now = now + 0.05 * (wide[:, t] - 0.5 - now)
        kappa[:, t] = now
    return frame.assign(kappa=np.concatenate([0 * kappa[:, :1], kappa[:, :-1]], axis=1).ravel())


@pytest.fixture(scope="module")
def constant_people() -> tuple[pd.DataFrame, pd.DataFrame]:
    """People who are agents of constant parameters, and the agents matched to their fits."""
    law, n = StationaryDynamics(RANGES), N_RUNS * N_PEOPLE
    people = simulate(MODEL, law, TASK, n, 3, ("people",), prefix="p", detail=True)
    seq = people.sequences
    frame = seq.index_frame().assign(action=seq.action.ravel(), reward=seq.reward.ravel())
    assert people.arm_mean is not None
    frame = frame.assign(**{f"mu_{k}": people.arm_mean[:, :, k].ravel() for k in (0, 1)})
    # Each person's most likely point of a grid.
    ends = [
        np.linspace(own.low, own.high, k) for own, k in zip(RANGES.values(), (6, 6, 8), strict=True)
    ]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*ends, indexing="ij")])
    best = negative_log_likelihood(MODEL, seq, np.repeat(grid[:, None, :], n, axis=1)).argmin(
        axis=1
    )
    values = grid[:, best].T
    paths = [np.broadcast_to(own, (N_AGENTS, 240, 3)) for own in values]
    schedules = schedules_of(frame, TASK)
    played = resimulate(MODEL, paths, schedules, TASK, seq.subjects, 1, ("matched",))
    agents = pd.concat(
        [frame.assign(person=frame["subject"], subject=frame["subject"] + f"-{k}")
         for k in range(N_AGENTS)],
        ignore_index=True,
    )  # fmt: skip
    agents["action"] = np.concatenate(
        [[p.action[k] for p in played] for k in range(N_AGENTS)], None
    )
    assert len(from_frame(agents).subjects) == n * N_AGENTS
    return estimated(frame.assign(group="all")), estimated(agents.assign(group="all"))


@pytest.mark.parametrize("measure", [within_block_slopes, late_minus_early])
def test_claims_about_constant_people_are_made_as_rarely_as_promised(
    constant_people: tuple[pd.DataFrame, pd.DataFrame], measure: object
) -> None:
    def compute(frame: pd.DataFrame) -> np.ndarray:
        return measure(frame, "kappa")["value"].to_numpy(dtype=float)  # type: ignore[operator]

    own, control = paired(*constant_people, compute)
    assert control is not None
    row = Row("2", "S.", "q", "all", "1", NAN, 0)
    none = Resampling("d", 1, 2)
    made = {"claimed": 0, "either side": 0, "against 0": 0}
    for mine, theirs in zip(own.reshape(N_RUNS, -1), control.reshape(N_RUNS, -1), strict=True):
        claim = compare(row, mine, theirs, none, ABOVE).tested
        made["claimed"] += ABOVE.met(claim) is True
        made["either side"] += claim.p_holm < 0.05
        made["against 0"] += describe(row, mine, none, tested=True).p < 0.05
    intervals = {
        name: stats.binomtest(k, N_RUNS).proportion_ci(0.95, "exact") for name, k in made.items()
    }
    print({name: (k / N_RUNS, *intervals[name]) for name, k in made.items()})
    # A claim has a side: 2.5 % are promised, and 5 % of both sides.
    assert made["claimed"] / N_RUNS <= 0.05 and intervals["either side"].low <= 0.05
    # Without the control, most of these constant people would be said to move.
    assert made["against 0"] / N_RUNS > 0.5


def test_people_without_agents_are_shown_and_nothing_is_claimed(
    constant_people: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    people, _ = constant_people
    some = people[people["subject"].isin(people["subject"].unique()[:6])]
    alone = rise_rows(some, None, RESAMPLING, "value")
    assert [row.rule for row in alone] == [None, None]
    beside = rise_rows(some, matched(some), RESAMPLING, "value")
    claims = [row for row in beside if row.rule is not None]
    assert len(beside) == 6 and [row.value for row in claims] == [0.0, 0.0]
    assert [ABOVE.met(row) for row in claims] == [False, False]
