"""The numbers behind the figures against plain computations."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.figures.catalogue import CATALOGUE
from ger2024.figures.ungreedy import find_example
from tests.figures import reading
from tests.figures.fakes import ABOUT, GROUPS, PARAMETERS, SMALL, draw, tables
from trnn.figures import palette
from trnn.figures.figure_stage import draw_figure
from trnn.figures.marks import mark_of

EXPERIMENTS = {
    "artificial/errors_of_agents": "artificial",
    "dezfouli/errors_of_people": "dezfouli",
    "gershman/errors_of_people": "gershman",
}
DYNAMICS = ("stationary", "switching", "random_walk")


@pytest.fixture(scope="module")
def data():
    return {experiment: tables(experiment, SMALL[experiment]) for experiment in PARAMETERS}


def _population(name):
    return "test" if name.endswith("errors_of_agents") else "human"


def _expected_mark(statistics, population, group, measure, estimator):
    for _, row in statistics[statistics["population"] == population].iterrows():
        if (row["group"], row["measure"]) == (group, measure) and {
            row["estimator_a"],
            row["estimator_b"],
        } == {estimator, "trnn"}:
            p = row["p_holm"]
            return "***" if p < 0.001 else "**" if p < 0.01 else "*" if p < 0.05 else "n.s."
    return None


def _cells(name, figure):
    """Yield (group, measure, axes, lowest x, highest x) of each group of bars that is drawn."""
    if name == "artificial/errors_of_agents":
        measures, groups = ("bce", "mse_alpha", "mse_beta"), ("all", *DYNAMICS)
        for i, axes in enumerate(figure.axes):
            yield groups[i % 4], measures[i // 4], axes, -np.inf, np.inf
    else:
        n_groups = 4 if name == "dezfouli/errors_of_people" else 1
        for i, group in enumerate(("all", *GROUPS)[:n_groups]):
            yield group, "bce", figure.axes[0], 7 * i - 0.5, 7 * i + 6.5


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("kept", ["all", "some", "none"])
def test_marks_are_those_of_the_statistics(data, name, kept):
    experiment = EXPERIMENTS[name]
    given = dict(data[experiment])
    table = given["statistics"]
    given["statistics"] = {"all": table, "some": table.iloc[1::2], "none": table.iloc[:0]}[kept]
    figure, _ = draw(name, given)
    shown = 0
    for group, measure, axes, low, high in _cells(name, figure):
        found = reading.marks(axes)
        for estimator in ("mle", "constant", "filter", "bayes", "trnn", "drnn"):
            here = [mark for x, mark in found.get(estimator, []) if low < x < high]
            expected = _expected_mark(
                given["statistics"], _population(name), group, measure, estimator
            )
            assert here == ([] if expected is None else [expected]), (group, measure, estimator)
            shown += len(here)
    assert (shown > 0) == (kept != "none")
    texts = [t for axes in figure.axes for t in axes.texts if set(t.get_text()) <= {"*"}]
    assert all(t.get_gid() == "mark" for t in texts)


def test_marks_change_at_their_limits():
    assert [mark_of(p) for p in (0.0, 0.00099, 0.001, 0.0099, 0.01, 0.049, 0.05, 1.0)] == [
        "***",
        "***",
        "**",
        "**",
        "*",
        "*",
        "n.s.",
        "n.s.",
    ]


def test_the_colours_and_names_of_estimators_and_groups_are_all_different():
    drawn = [
        c for name, c in palette.ESTIMATOR_COLOURS.items() if name != "oracle" and "_" not in name
    ]
    # Charcoal stands for agents and for people who are not in groups, indigo for one's own.
    drawn += [*palette.GROUP_COLOURS, palette.CHARCOAL, palette.INDIGO]
    assert len(set(drawn)) == len(drawn)
    assert len(set(palette.ESTIMATOR_NAMES.values())) == len(palette.ESTIMATOR_NAMES)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_bars_are_means_over_subjects_with_t_intervals(data, name):
    experiment = EXPERIMENTS[name]
    _, source = draw(name, data[experiment])
    metrics = data[experiment]["metrics"]
    metrics = metrics[metrics["population"] == _population(name)]
    bars = source[(source["kind"] == "bar") & (source["x_label"] == "all")]
    for row in bars.itertuples():
        (key,) = [k for k, v in palette.ESTIMATOR_NAMES.items() if v == row.series]
        measure = row.panel.split(",")[0] if name == "artificial/errors_of_agents" else "bce"
        values = metrics.loc[metrics["estimator"] == key, measure].to_numpy(float)
        interval = stats.t.interval(
            0.95, len(values) - 1, values.mean(), values.std(ddof=1) / len(values) ** 0.5
        )
        np.testing.assert_allclose([row.y, row.y_low, row.y_high], [values.mean(), *interval])
        assert row.n == len(values)
    assert len(bars) == (12 if name == "artificial/errors_of_agents" else 6)


def test_errors_of_agents_have_the_prior_for_errors_and_the_oracle_for_choices(data):
    _, source = draw("artificial/errors_of_agents", data["artificial"])
    lines = source[source["kind"] == "reference"]
    for panel, part in lines.groupby("panel"):
        expected = "true probabilities" if panel.startswith("bce") else "prior mean"
        assert list(part["series"]) == [expected]
    assert len(lines) == 12


def test_trajectories_show_the_first_agent_of_each_dynamics(data):
    given = data["artificial"]
    _, source = draw("artificial/trajectories", given)
    trials, bayes = given["test_trials"], given["estimates:bayes:test"]
    for dynamics in DYNAMICS:
        first = trials[trials["dynamics"] == dynamics]["subject"].iloc[0]
        panel = source[source["panel"] == f"beta, {dynamics}"]
        truth = panel.loc[panel["series"] == "truth", "y"].to_numpy()
        np.testing.assert_array_equal(truth, trials.loc[trials["subject"] == first, "beta"])
        own = bayes[bayes["subject"] == first]
        band = panel[panel["series"] == "switching filter"]
        np.testing.assert_allclose(band["y_high"] - band["y"], own["beta_sd"], atol=1e-12)


def test_perseveration_by_group_draws_each_persons_mean(data):
    given = data["dezfouli"]
    _, source = draw("dezfouli/perseveration_by_group", given)
    means = given["estimates:trnn:human"].groupby("subject", sort=False)["kappa"].mean()
    points = source[source["kind"] == "point"]
    np.testing.assert_allclose(sorted(points["y"]), sorted(means))
    density = source[(source["kind"] == "line") & (source["series"] == "healthy")]
    width = density["x"].diff().iloc[1]
    assert density["y"].sum() * width == pytest.approx(1)


def test_perseveration_correlates_with_the_stays_of_the_ten_trials_before(data):
    given = data["dezfouli"]
    _, source = draw("dezfouli/perseveration_and_staying", given)
    people = given["human_trials"].assign(kappa=given["estimates:trnn:human"]["kappa"])
    agents = given["matched"].assign(kappa=given["estimates:trnn:matched"]["kappa"])
    person = agents.drop_duplicates("subject").sort_values("subject")["person"]
    lines = source[source["kind"] == "reference"].set_index("series")["x"]
    bins = source[source["kind"] == "bin"]
    for name, frame in (("people", people), ("matched agents", agents)):
        found = _correlations_with_staying(frame)
        if frame is agents:  # a value a person: that of the mean over its agents
            found = pd.Series(found).groupby(person.to_numpy()).mean().to_numpy()
            assert len(found) == people["subject"].nunique()
        assert lines[name] == pytest.approx(np.median(found))
        counts, _ = np.histogram(found, np.linspace(-1, 1, 21))
        own = bins[bins["series"] == name]
        np.testing.assert_allclose(own["y"], counts / len(found))
        assert set(own["n"]) == {len(found)}
    assert lines["published median"] == 0.64


def _correlations_with_staying(frame):
    """Return each subject's correlation of kappa with the stays of the ten trials before."""
    found = []
    for _, subject in frame.groupby("subject"):
        pairs = []
        for _, block in subject.groupby("block"):
            action, kappa = block["action"].to_numpy(), block["kappa"].to_numpy()
            for t in range(11, len(block)):
                stays = [action[s] == action[s - 1] for s in range(t - 10, t)]
                pairs.append((kappa[t], np.mean(stays)))
        found.append(np.corrcoef(np.array(pairs).T)[0, 1])
    return found


def test_a_course_averages_over_blocks_then_people(data):
    given = data["dezfouli"]
    _, source = draw("dezfouli/course_by_group_kappa", given)
    people = given["human_trials"].assign(kappa=given["estimates:trnn:human"]["kappa"])
    here = people[(people["group"] == "depression") & (people["trial"] == 6)]
    expected = here.groupby("subject")["kappa"].mean().mean()
    row = source[(source["series"] == "depression") & (source["x"] == 7)]
    assert row["y"].item() == pytest.approx(expected)
    assert row["n"].item() == 3


def test_a_course_is_of_the_same_people_from_its_first_trial_to_its_last(data):
    given = dict(data["dezfouli"])
    # The first person of each group is slow: 12 trials a block. The others' blocks vary.
    people = given["human_trials"]
    slow = people["subject"].str.endswith("-01")
    kept = people["trial"] < np.where(slow, 12, 40 - 8 * people["block"])
    for key in ("human_trials", "estimates:trnn:human"):
        given[key] = given[key][kept]
    del given["matched"]  # whose blocks are as long as before
    _, source = draw("dezfouli/course_by_group_kappa", given)
    # Of 18 blocks, 6 end after 12 trials, 6 after 32 and 6 after 40.
    assert source["x"].max() == 12
    assert set(source["n"]) == {3}

    few = given["human_trials"]["subject"].isin(["bipolar-02", "bipolar-03", "depression-02"])
    healthy = given["human_trials"]["group"] == "healthy"
    for key in ("human_trials", "estimates:trnn:human"):
        given[key] = given[key][few | healthy | (given[key]["subject"] == "depression-03")]
    _, source = draw("dezfouli/course_by_group_kappa", given)
    # Now 2 of 14 blocks are short; the slow person is left out of all trials.
    assert source["x"].max() == 32
    assert set(source.loc[source["series"] == "healthy", "n"]) == {2}


def test_the_example_shows_the_action_with_the_greatest_fall(data):
    given = data["gershman"]
    frame = given["human_trials"].join(given["estimates:trnn:human"][["p_action_0", "beta"]])
    best, fall = None, -np.inf
    for _, block in frame.groupby(["subject", "block"], sort=False):
        better = np.where(block["mu_0"] > block["mu_1"], 0, 1)
        wrong = (block["action"] != better) & (block["trial"] >= 4)
        wrong &= block["mu_0"] != block["mu_1"]
        rows = np.flatnonzero(wrong)
        if len(rows) and rows[0] + 1 < len(block):
            beta = block["beta"].to_numpy()
            drop = beta[rows[0]] - beta[rows[0] + 1]
            if drop > fall:
                best, fall = block.index[rows[0]], drop
    assert find_example(frame) == best
    _, source = draw("gershman/against_better_arm", given)
    at = source[(source["series"] == "against the better arm") & (source["kind"] == "reference")]
    event = frame.loc[best]
    assert set(at["x"]) == {event["block"] * 10 + event["trial"] + 1}
    label = source.loc[source["kind"] == "line", "label"].unique()
    assert list(label) == [f"{event['subject']}, block {event['block'] + 1}"]


def test_beta_falls_after_the_action(data):
    _, source = draw("gershman/around_actions", data["gershman"])
    line = source[source["series"] == "against the better arm"].set_index("x")["y"]
    assert list(line.index) == list(range(-5, 6))
    assert line[1] < line[0]  # so the made-up people were made


def test_courses_are_means_over_blocks_then_people(data):
    given = data["gershman"]
    _, source = draw("gershman/courses", given)
    frame = given["human_trials"].assign(gamma=given["estimates:trnn:human"]["gamma"])
    panel = source[source["panel"] == "directed exploration γ over the block"]
    assert set(panel["series"]) == {"people"} and list(panel["x"]) == list(range(1, 11))
    for trial in (0, 4, 9):
        values = [
            person.loc[person["trial"] == trial, "gamma"].mean()
            for _, person in frame.groupby("subject")
        ]
        half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
        row = panel[panel["x"] == trial + 1]
        assert row["y"].item() == pytest.approx(np.mean(values))
        assert (row["y_high"] - row["y"]).item() == pytest.approx(half)


def test_courses_are_by_group_where_there_are_groups(data):
    figure, source = draw("dezfouli/courses", data["dezfouli"])
    assert source["panel"].nunique() == len(PARAMETERS["dezfouli"]) == len(figure.axes)
    assert list(source["series"].unique()) == list(GROUPS)
    for name in ("alpha", "beta", "kappa"):
        _, single = draw(f"dezfouli/course_by_group_{name}", data["dezfouli"])
        axis = single["y_axis"].iloc[0]
        own = source[source["y_axis"] == axis].reset_index(drop=True)
        columns = ["series", "x", "y", "y_low", "y_high", "n"]
        people = single[single["series"].isin(GROUPS)].reset_index(drop=True)
        assert own[columns].equals(people[columns])


def test_an_axis_names_the_unit_that_the_model_gives_a_parameter(data):
    _, source = draw("gershman/trajectories", data["gershman"])
    assert "inverse temperature β" in set(source["y_axis"])
    _, source = draw("dezfouli/trajectories", data["dezfouli"])
    assert "inverse temperature β (1/value)" in set(source["y_axis"])


def test_an_error_of_a_tenth_is_called_so(data):
    for experiment, tenth in (("artificial", True), ("gershman", False)):
        _, source = draw(f"{experiment}/errors_of_agents", data[experiment])
        (label,) = source.loc[source["panel"].str.startswith("mse_beta"), "y_axis"].unique()
        assert label == "mean squared error of β" + "/10" * tenth


def test_the_map_of_a_single_parameter_is_a_line_over_its_true_values(data):
    given = data["recovery_one"]
    figure, source = draw("recovery_one/identifiability", given)
    cells = given["identifiability"]
    cells = cells[(cells["kind"] == "cell") & (cells["n_trials"] == 200)]
    line = source[source["panel"] == "α, 200 trials"]
    middles = (cells["alpha_low"] + cells["alpha_high"]) / 2
    np.testing.assert_allclose(line["x"], middles)
    np.testing.assert_allclose(line["y"], cells["relative_variance"])
    assert (line["x"].diff().dropna() > 0).all() and len(line) > 2
    assert len(figure.axes) == given["identifiability"]["n_trials"].nunique()


def test_constant_agents_are_known_by_the_kind_of_their_dynamics(data):
    names = {"stationary": "at_rest", "switching": "stationary", "random_walk": "walk"}
    kinds = {"at_rest": "stationary", "stationary": "switching", "walk": "random_walk"}
    given = data["artificial"]
    _, source = draw("artificial/recovery", given)
    trials = given["test_trials"]
    renamed = given | {"test_trials": trials.assign(dynamics=trials["dynamics"].map(names))}
    about = replace(ABOUT["artificial"], dynamics=kinds)
    _, other = draw_figure(CATALOGUE["recovery"], renamed, about, simulated=False)
    assert other.equals(source) and len(source)


def test_a_group_has_its_colour_by_the_alphabet_and_people_without_groups_are_charcoal():
    colours = palette.group_colours(["healthy", "bipolar", "depression", "healthy"])
    assert list(colours) == sorted(GROUPS)
    assert list(colours.values()) == list(palette.GROUP_COLOURS[:3])
    assert palette.group_colours(["people"]) == {"people": palette.CHARCOAL}
    assert len(palette.group_colours(str(i) for i in range(9))) == 9


def test_bars_of_one_network_stand_at_their_tick(data):
    given = dict(data["recovery_one"])
    table = given["optimality"]
    given["optimality"] = table[table["estimator"] == "trnn"]
    _, source = draw("recovery_one/optimality", given)
    assert list(source.loc[source["kind"] == "bar", "x"]) == [0.0, 1.0]
    _, source = draw("recovery_one/optimality", data["recovery_one"])
    assert 0.0 not in set(source["x"])
