"""Posterior predictive checks, against enumeration, plain loops and the simulator itself."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.predictive_made import BERNOULLI, GAUSSIAN, PAIRS, person, with_misses
from trnn.checks.predictive.choice_statistics import (
    CURVE,
    MAIN,
    RUNS,
    SCALARS,
    bins_of,
    session_statistics,
)
from trnn.checks.predictive.draws import drawn_trajectories
from trnn.checks.predictive.inside import person_ranks
from trnn.checks.predictive.predictive_stage import group_rows, person_table, predictive_stage
from trnn.checks.predictive.predictive_table import PREDICTIVE, PREDICTIVE_PEOPLE
from trnn.checks.predictive.resimulate import resimulate
from trnn.checks.predictive.schedules import draw_again, schedule
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import ConfigError, TableError
from trnn.estimators.mle.fits_table import mle
from trnn.report.text.people import predictive_sections
from trnn.seeds import generator, generators
from trnn.tables.parquet import Provenance, check_frame, read_table, write_table
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.simulate import replay
from trnn.theory.tasks import Sessions
from trnn.trials.sequences import from_frame


@pytest.mark.parametrize("name", ["dezfouli", "gershman"])
def test_replaying_an_agents_own_trajectory_and_noise_gives_its_own_session(tiny_experiments, name):
    """The simulator and the replay are one model: same numbers in, same choices out."""
    experiment = tiny_experiments[name]
    agents = experiment_agents(experiment, "test", "random_walk", 3, seed=5)
    own = agents.sequences
    # Uniforms right beside the recorded probability, on the side of the choice: a probability that
    # differs in its last digit gives another session. Outcomes that are the agent's rewards.
    p = agents.p_action_0
    choice = np.where(own.action == 0, np.nextafter(p, -1), p)
    outcome = np.repeat(own.reward[:, :, None], 2, axis=2)
    sessions = Sessions(own.block, own.trial, outcome, agents.arm_mean)
    model = get_model(experiment.model)
    action, reward = replay(model, agents.parameters, sessions, choice, own.subjects)
    np.testing.assert_array_equal(action, own.action)
    np.testing.assert_array_equal(reward, own.reward)


def test_replay_chooses_with_the_models_probability_along_a_trajectory():
    """A learning rate of 0 then 1 with certain reward: probabilities known in closed form."""
    model, n = get_model("q_learning"), 40_000
    parameters = np.array([[1.0, 3.0], [0.0, 1.0], [1.0, 2.0]])  # alpha, beta on three trials
    shape = (n, 3)
    sessions = Sessions(
        np.zeros(shape, dtype=int),
        np.tile(np.arange(3), (n, 1)),
        np.tile([1.0, 0.0], (n, 3, 1)),
        np.zeros((n, 3, 2)),
    )
    choice = np.random.default_rng(0).random(shape)
    played = replay(model, np.tile(parameters, (n, 1, 1)), sessions, choice, ["a"] * n)[0]
    # Q0 is 1 from the second trial on where the first choice was 0; the second teaches nothing.
    for first, second in product((0, 1), repeat=2):
        own = played[(played[:, 0] == first) & (played[:, 1] == second)]
        expected = 1 / (1 + np.exp(-2.0 * (first == 0)))
        assert stats.binomtest(int((own[:, 2] == 0).sum()), len(own), expected).pvalue > 1e-4
    share = (played[played[:, 0] == 0][:, 1] == 0).mean()
    assert abs(share - 1 / (1 + np.exp(-1.0))) < 0.015


def test_the_pair_of_a_block_has_the_posterior_of_the_blocks_rewards():
    frame = person((40, 25), seed=3)
    own = schedule(frame, BERNOULLI)
    for block, best in ((0, 0), (1, 1)):
        part = frame[frame["block"] == block]
        weight = []
        for pair in PAIRS:
            p = np.array(pair)[part["action"]]
            likely = np.prod(np.where(part["reward"] == 1, p, 1 - p))
            weight.append(likely if np.argmax(pair) == best else 0.0)
        np.testing.assert_allclose(own.weights[block], np.array(weight) / sum(weight))
        assert (own.best[own.block == block] == best).all()


def test_pairs_are_drawn_with_these_weights_and_rewards_with_the_pairs():
    own = schedule(person((3, 4), seed=1), BERNOULLI)
    rngs = generators(1, ("pairs",), range(20_000))
    sessions, choice = draw_again(own, BERNOULLI, rngs)
    assert choice.shape == (20_000, 7) and abs(choice.mean() - 0.5) < 0.005
    for block in (0, 1):
        t = np.flatnonzero(own.block == block)
        means = sessions.arm_mean[:, t]
        assert (means == means[:, :1]).all()
        for pair, weight in zip(PAIRS, own.weights[block], strict=True):
            share = (means[:, 0] == pair).all(axis=1).mean()
            assert abs(share - weight) < 4 * np.sqrt(0.25 / 20_000)
    for p in (0.25, 0.1, 0.05):
        paid = sessions.outcome[sessions.arm_mean == p].mean()
        assert abs(paid - p) < 0.01


def test_gaussian_blocks_have_their_own_means_and_the_tasks_spread():
    frame = person((4, 6), kind="gaussian")
    own = schedule(frame, GAUSSIAN)
    sessions, _ = draw_again(own, GAUSSIAN, generators(1, ("g",), range(5000)))
    np.testing.assert_array_equal(sessions.arm_mean[7], frame[["mu_0", "mu_1"]])
    error = sessions.outcome - sessions.arm_mean
    assert (sessions.outcome == np.rint(sessions.outcome)).all()
    # Rounding to whole points adds a variance of 1/12.
    assert error.std() == pytest.approx(np.sqrt(1.5**2 + 1 / 12), rel=0.01)
    equal = schedule(frame.assign(mu_1=frame["mu_0"]), GAUSSIAN)
    assert (equal.best == -1).all()


def test_no_pair_that_agrees_is_an_error():
    task = BERNOULLI.model_copy(update={"arm_probabilities": [(0.25, 0.05)]})
    with pytest.raises(ConfigError, match=r"p1: .* arm 1 pays more often, but no pair"):
        schedule(person(), task)


def plain_statistics(frame: pd.DataFrame, best: np.ndarray, bins) -> dict:
    """Count a session's statistics trial by trial."""
    stays, switched, runs, rates, run = {True: [], False: []}, [], [], [], 0
    for _, block in frame.groupby("block"):
        before, own = None, []
        for row in block.itertuples():
            if before is not None:
                same = before.action == row.action
                stays[before.reward > 0].append(same)
                switched.append(not same)
                own.append(not same)
            if before is not None and before.action == row.action:
                run += 1
            else:
                runs += [run] if before is not None else []
                run = 1
            before = row
        runs.append(run)
        rates += [np.mean(own)] if own else []
    right = (frame["action"].to_numpy() == best)[best >= 0]
    out = {
        ("accuracy", 0): right.mean(),
        ("switch_rate", 0): np.mean(switched),
        ("win_stay", 0): np.mean(stays[True]) if stays[True] else np.nan,
        ("lose_shift", 0): 1 - np.mean(stays[False]),
        ("longest_run", 0): max(runs),
        ("switch_rate_sd", 0): np.std(rates),
    }
    out |= plain_parts(frame, best)
    trial = frame["trial"].to_numpy()[best >= 0]
    for low, high in zip(bins.curve, [*bins.curve[1:], bins.end], strict=True):
        here = right[(trial >= low) & (trial < high)]
        out[CURVE, low + 1] = here.mean() if len(here) else np.nan
    for low, high in zip(bins.runs, [*bins.runs[1:], np.inf], strict=True):
        out[RUNS, low] = np.mean([low <= r < high for r in runs])
    return out


def plain_parts(frame: pd.DataFrame, best: np.ndarray) -> dict[tuple[str, int], float]:
    """Return what is counted by thirds of blocks, and by the run before, choice by choice."""
    seen: dict[str, list[bool]] = {name: [] for name in list(SCALARS)[6:]}
    of_run = {1: "1", 2: "2", 3: "3_5", 4: "3_5", 5: "3_5"}
    for _, block in frame.assign(best=best).groupby("block"):
        actions, rewards = block["action"].tolist(), block["reward"].tolist()
        run = 1
        for i, action in enumerate(actions):
            third = "early" if i < len(actions) / 3 else "late" if i >= 2 * len(actions) / 3 else ""
            if third and block["best"].iloc[i] >= 0:
                seen[f"accuracy_{third}"].append(action == block["best"].iloc[i])
            if i == 0:
                continue
            stayed = action == actions[i - 1]
            if third:
                seen[f"switch_{third}"].append(not stayed)
            after = "reward" if rewards[i - 1] > 0 else "none"
            seen[f"stay_{after}_{of_run.get(run, '6')}"].append(stayed)
            run = run + 1 if stayed else 1
    return {(name, 0): np.mean(own) if own else np.nan for name, own in seen.items()}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["bernoulli", "gaussian"])
def test_statistics_are_those_that_are_counted_by_hand(kind, seed):
    frame = person((6, 1, 9, 30, 4), seed, kind)
    if kind == "gaussian":
        frame.loc[frame["block"] == 2, ["mu_0", "mu_1"]] = 2.0  # no better arm
    own = schedule(frame, BERNOULLI if kind == "bernoulli" else GAUSSIAN)
    bins = bins_of(24, 30)
    frames = [frame, frame.assign(action=1 - frame["action"], reward=-frame["reward"])]
    frames.append(frame.assign(action=0))
    got = session_statistics(
        np.stack([f["action"] for f in frames]), np.stack([f["reward"] for f in frames]), own, bins
    )
    for row, played in zip(got, frames, strict=True):
        expected = plain_statistics(played, own.best, bins)
        for (name, low, _), value in zip(bins.columns(), row, strict=True):
            assert value == pytest.approx(expected[name, low], nan_ok=True), (name, low)


def test_bins_are_single_trials_of_short_blocks_and_wider_of_long_ones():
    short, long = bins_of(9, 10), bins_of(86, 202)
    assert short.curve.tolist() == list(range(10)) and short.end == 10
    assert short.runs.tolist() == [1, 2, 3, 4, 5, 10]
    assert np.diff(long.curve).tolist() == [5] * 17 and long.end == 87
    words = [w for name, _, w in long.columns() if name == CURVE]
    assert words[0] == "1–5" and words[-1] == "86–87"
    words = [w for name, _, w in long.columns() if name == RUNS]
    assert words == ["1", "2", "3", "4", "5–9", "10–19", "20–49", "50+"]


def test_groups_have_the_mean_of_people_and_the_band_over_draws():
    rng = np.random.default_rng(0)
    bins = bins_of(3, 4)
    width = len(bins.columns())
    observed, simulated = rng.random((3, width)), rng.random((3, 21, width))
    observed[1, 0] = np.nan
    rows = group_rows(observed, simulated, pd.Series(["a", "a", "b"]), bins)
    assert rows["group"].unique().tolist() == ["all", "a", "b"]
    first = rows.iloc[0]
    means = simulated[[0, 2], :, 0].mean(axis=0)  # the person without a value is left out
    assert first["n"] == 2 and first["observed"] == pytest.approx(observed[[0, 2], 0].mean())
    assert first["mean"] == pytest.approx(means.mean())
    for column, level in (("q05", 5), ("q25", 25), ("q75", 75), ("q95", 95)):
        assert first[column] == pytest.approx(np.percentile(means, level))
    b = rows[(rows["group"] == "b") & (rows["statistic"] == "win_stay")].iloc[0]
    assert b["n"] == 1 and b["q95"] == pytest.approx(np.percentile(simulated[2, :, 2], 95))
    # The half that chose no settings comes first, and all others are what they were.
    halved = group_rows(
        observed, simulated, pd.Series(["a", "a", "b"]), bins, np.array([False, True, True])
    )
    assert halved["group"].unique().tolist() == ["reporting half", "all", "a", "b"]
    assert halved.iloc[0]["observed"] == pytest.approx(observed[2, 0]) and halved.iloc[0]["n"] == 1
    assert halved.iloc[1]["observed"] == pytest.approx(observed[1:, 1].mean())
    others = halved[halved["group"] != "reporting half"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, rows)


def test_p_is_the_share_of_re_simulations_that_are_as_great():
    n = len(SCALARS)
    observed = np.full((1, n), 0.5)
    simulated = np.tile(np.array([0.1, 0.5, 0.7, np.nan])[None, :, None], (1, 1, n))
    observed[0, 1], observed[0, 2] = np.nan, 0.9
    ranks = person_ranks(observed, simulated, ["p1"], 1, ("made",))
    rows = person_table(observed, simulated, ["p1"], pd.Series([None], dtype="str"), ranks)
    assert rows["p"].tolist()[0] == pytest.approx(2 / 3)
    assert np.isnan(rows["p"].iloc[1]) and rows["n_draws"].iloc[1] == 0
    assert rows["p"].iloc[2] == 0
    assert rows["low"].iloc[0] == 0.1 and rows["high"].iloc[0] == 0.7
    # One below, one equal: the second or the third of four places; none; the last one.
    assert 0.25 <= rows["rank"].iloc[0] <= 0.75 and rows["inside"].iloc[0]
    assert np.isnan(rows["rank"].iloc[1]) and pd.isna(rows["inside"].iloc[1])
    assert rows["rank"].iloc[2] >= 0.75


@pytest.fixture()
def made(tmp_path, tiny_experiments):
    """Return tables of two people, with draws and fits, and a function that runs the stage."""
    experiment = tiny_experiments["dezfouli"]
    names = tuple(experiment.parameters)
    frames = [person((30, 44), 1, subject="p1"), person((38, 31), 2, subject="p2")]
    trials = pd.concat(frames, ignore_index=True)
    rng = np.random.default_rng(0)
    index = trials[["subject", "block", "trial"]]
    draws = pd.concat(
        [
            own.assign(draw=d, **{name: rng.uniform(0, 0.2, len(own)) for name in names})
            for _, own in index.groupby("subject")
            for d in range(5)
        ],
        ignore_index=True,
    )
    paths = {name: tmp_path / f"{name}.parquet" for name in ("trials", "draws", "fits", "a", "b")}
    trials.to_parquet(paths["trials"])
    draws.to_parquet(paths["draws"])
    fits = pd.DataFrame({"population": "human", "subject": ["p1", "p2"], "nll": 9.0})
    fits = fits.assign(n_trials=60, converged=True, at_bound=False, **dict.fromkeys(names, 0.1))
    fits = fits.assign(**{f"{name}_identified": True for name in names})
    schema = mle(get_model(experiment.model).unit_of)
    write_table(fits[schema.names()], paths["fits"], schema, Provenance({}, 1))
    settings = from_view(view(experiment, "people_checks"))

    def run(seed=1):
        predictive_stage(
            *(paths[k] for k in ("trials", "draws", "fits", "a", "b")),
            settings,
            seed,
            Provenance({}, 1),
        )
        return read_table(paths["a"]), read_table(paths["b"])

    return run, paths, draws, trials, names


def test_the_stage_writes_both_tables_the_same_every_time(made):
    run, paths, *_ = made
    predictive, people = run()
    check_frame(predictive, PREDICTIVE, "predictive")
    check_frame(people, PREDICTIVE_PEOPLE, "people")
    assert len(people) == 2 * 2 * len(SCALARS)
    assert set(people.loc[people["statistic"].isin(MAIN), "n_draws"]) == {5}
    assert set(predictive["group"]) == {"all", "healthy"}
    first = paths["a"].read_bytes(), paths["b"].read_bytes()
    run()
    assert first == (paths["a"].read_bytes(), paths["b"].read_bytes())
    assert not run(seed=2)[0]["mean"].equals(predictive["mean"])
    sections = predictive_sections(predictive, people, "bernoulli")
    assert "## Posterior predictive checks" in sections and "at most 33 %" in sections[1]
    assert all(words in sections[-1] for words in SCALARS.values())
    assert "`mle`, all" in sections[-1] and "nan" not in sections[-1]
    assert predictive_sections(None, None, "bernoulli") == []


def test_a_person_is_simulated_alike_whoever_else_there_is(tiny_experiments):
    experiment = tiny_experiments["dezfouli"]
    model = get_model(experiment.model)
    frames = [person((20, 9), 1), person((7, 31), 2), person((12, 3), 3)]
    schedules = [schedule(frame, BERNOULLI) for frame in frames]
    rng = np.random.default_rng(0)
    paths = [rng.uniform(0, 0.2, (4, len(frame), 3)) for frame in frames]
    names = ["p1", "p2", "p3"]
    all_three = resimulate(model, paths, schedules, BERNOULLI, names, 1, ("x",))
    alone = resimulate(model, paths[1:2], schedules[1:2], BERNOULLI, names[1:2], 1, ("x",))
    for got, expected in zip(alone[0], all_three[1], strict=True):
        np.testing.assert_array_equal(got, expected)
    # And what is drawn of a draw is keyed by its own number.
    rngs = [generator(1, "x", "p2", 3)]
    again = draw_again(schedules[1], BERNOULLI, rngs)
    action, _ = replay(model, paths[1][3:], *again, ["p2"])
    np.testing.assert_array_equal(action[0], all_three[1][0][3])


def test_draws_of_other_trials_are_refused(made):
    _, paths, draws, trials, names = made
    sequences = from_frame(trials)
    good = drawn_trajectories(paths["draws"], sequences, names)
    assert [own.shape for own in good] == [(5, 74, 3), (5, 69, 3)]
    third = draws[(draws["subject"] == "p2") & (draws["draw"] == 3)]
    np.testing.assert_array_equal(good[1][3], third[list(names)])
    draws.iloc[:-1].to_parquet(paths["draws"])
    with pytest.raises(TableError, match=r"expected 5 draws of 143 trials"):
        drawn_trajectories(paths["draws"], sequences, names)
    draws.sort_values(["draw", "subject", "block", "trial"]).to_parquet(paths["draws"])
    with pytest.raises(TableError, match="rows go by subject, draw, block and trial"):
        drawn_trajectories(paths["draws"], sequences, names)


def test_a_person_is_simulated_again_with_the_missed_trials_that_are_its_own(tiny_experiments):
    model, missed = get_model("q_learning"), [0, 4, 6, 14]
    frame = with_misses(person(), missed)
    own = schedule(frame, BERNOULLI)
    values = np.broadcast_to([0.3, 5.0], (8, 15, 2))
    (again,) = resimulate(model, [values], [own], BERNOULLI, ["p1"], 1, ("missed",))
    assert (np.flatnonzero((again.action == -1).all(axis=0))).tolist() == missed
    assert (again.action[:, ~own.missed] >= 0).all() and not again.reward[:, own.missed].any()
    # Blocks are told by their choices: the missed first trials say nothing of the better arm.
    assert own.best.tolist() == [0] * 6 + [1] * 9
    np.testing.assert_array_equal(own.weights.sum(axis=1), 1.0)


def test_statistics_with_missed_trials_are_those_of_the_choices_alone():
    frame = with_misses(person(), [0, 4, 6, 14])
    bins = bins_of(8, 9)
    action, reward = frame["action"].to_numpy()[None], frame["reward"].fillna(0).to_numpy()[None]
    found = session_statistics(action, reward, schedule(frame, BERNOULLI), bins)[0]
    made = frame[frame["action"] >= 0]
    stays, wins, stays_after_wins, pairs = 0, 0, 0, 0
    for _, block in made.groupby("block"):
        for (_, one), (_, two) in zip(block.iterrows(), block.iloc[1:].iterrows(), strict=False):
            pairs, stays = pairs + 1, stays + (one["action"] == two["action"])
            wins += one["reward"] > 0
            stays_after_wins += one["reward"] > 0 and one["action"] == two["action"]
    named = dict(zip(SCALARS, found, strict=False))
    assert named["switch_rate"] == pytest.approx(1 - stays / pairs)
    assert named["win_stay"] == pytest.approx(stays_after_wins / wins)
    assert named["accuracy"] == pytest.approx((made["action"] == made["block"] % 2).mean())
    # The curve's bins are of the block's trials, missed or not.
    curve = found[len(SCALARS) :][0]
    first = made[made["trial"] == 0]
    assert np.isnan(curve) if first.empty else curve == (first["action"] == first["block"]).mean()
