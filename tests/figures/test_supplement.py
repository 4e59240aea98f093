"""The numbers behind the supplement's figures and the controls against plain computations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.figures import reading
from tests.figures.fakes import SMALL, Size, draw, tables
from trnn.scores.moving_averages import subjects_at_percentiles

NAMES = {
    "prior": "prior mean",
    "mle": "maximum likelihood",
    "filter": "random-walk filter",
    "bayes": "switching filter",
    "trnn": "t-RNN",
}


@pytest.mark.parametrize(
    "name, experiment, symbols",
    [
        ("recovery_one/recovery", "recovery_one", {"alpha": "α"}),
        ("artificial/recovery", "artificial", {"alpha": "α", "beta": "β"}),
        ("recovery_three/recovery", "recovery_three", {"alpha": "α", "beta": "β", "kappa": "κ"}),
    ],
)
def test_recovery_is_the_squared_error_after_n_trials(name, experiment, symbols):
    data = tables(experiment, Size(4, 2, 60))
    _, source = draw(name, data)
    assert set(source["panel"]) == set(symbols.values())
    trials = data["test_trials"]
    agents = trials.loc[trials["dynamics"] == "stationary", "subject"].unique()
    for parameter, symbol in symbols.items():
        scale = 10 if parameter == "beta" else 1
        for n in (25, 50, 100):
            for estimator in NAMES:
                errors = []
                for agent in agents:
                    own = (trials["subject"] == agent).to_numpy()
                    true = trials.loc[own, parameter].iloc[0]
                    if estimator == "mle":
                        fits = data["recovery_fits"]
                        fit = fits[(fits["subject"] == agent) & (fits["n_trials"] == n)]
                        guess = fit[parameter].item()
                    else:
                        guess = data[f"estimates:{estimator}:test"].loc[own, parameter].iloc[n]
                    errors.append(((guess - true) / scale) ** 2)
                row = source[
                    (source["kind"] == "line")
                    & (source["panel"] == symbol)
                    & (source["series"] == NAMES[estimator])
                    & (source["x"] == n)
                ]
                assert row["y"].item() == pytest.approx(np.mean(errors))
                half = stats.t.ppf(0.975, 3) * np.std(errors, ddof=1) / 2
                assert (row["y_high"] - row["y"]).item() == pytest.approx(half)
                assert row["n"].item() == 4
        marks = source[(source["kind"] == "mark") & (source["panel"] == symbol)]
        contrasts = [text.split("/")[-1] for text in marks["statistic_id"]]
        assert contrasts == [f"mle - trnn after {n:.0f} trials" for n in marks["x"]]
        assert list(marks["x"]) == [25, 50, 100]


@pytest.fixture(scope="module")
def people():
    data = tables("dezfouli", SMALL["dezfouli"])
    return data, *draw("dezfouli/moving_averages", data)


def test_the_correlation_printed_is_that_of_the_lines_drawn(people):
    _, figure, _ = people
    reading.rendered(figure)
    # An axes and its twin, which lies at the same place, make a panel.
    panels = {}
    for axes in figure.axes:
        panels.setdefault(tuple(np.round(axes.get_position().bounds, 6)), []).append(axes)
    assert len(panels) == 6
    for pair in panels.values():
        (title,) = [axes.get_title() for axes in pair if axes.get_title()]
        drawn = [
            np.concatenate([line.get_xydata() for line in axes.lines if line.get_gid()])
            for axes in pair
        ]
        np.testing.assert_array_equal(drawn[0][:, 0], drawn[1][:, 0])
        r = np.corrcoef(drawn[0][:, 1], drawn[1][:, 1])[0, 1]
        assert float(title.split("r = ")[1].replace("−", "-")) == pytest.approx(r, abs=0.00501)


def test_the_lines_are_the_estimate_and_the_average_of_ten_trials_before(people):
    data, _, source = people
    trials, estimates = data["human_trials"], data["estimates:trnn:human"]
    panels = source["panel"].unique()
    assert len(panels) == 6
    for panel in panels:
        parameter = panel.split(",")[0]
        own = source[source["panel"] == panel]
        subject = own["label"].iloc[0].split(":")[0]
        session = trials[trials["subject"] == subject].reset_index(drop=True)
        guess = estimates[estimates["subject"] == subject].reset_index(drop=True)
        expected = {}
        for _, block in session.groupby("block"):
            rows = block.index
            for i in range(len(rows)):
                before = rows[i - 10 : i] if i >= 10 else []
                # The first trial of a block has no choice before it that it could repeat.
                if len(before) and (parameter == "beta" or i >= 11):
                    action, p = session["action"], guess["p_action_0"]
                    expected[rows[i] + 1] = np.mean(
                        [
                            action[t] == action[t - 1] if parameter == "kappa" else abs(p[t] - 0.5)
                            for t in before
                        ]
                    )
        average = own[own["series"] == "10-trial moving average"]
        np.testing.assert_array_equal(average["x"], list(expected))
        np.testing.assert_allclose(average["y"], list(expected.values()))
        line = own[own["series"] == "t-RNN"]
        np.testing.assert_array_equal(line["y"], guess[parameter].iloc[list(line["x"] - 1)])


def test_no_line_of_a_person_runs_on_into_the_next_block(people):
    _, figure, _ = people
    n = SMALL["dezfouli"].trials
    pieces = [line.get_xdata() for axes in figure.axes for line in axes.lines]
    assert len(pieces) == 6 * 2 * SMALL["dezfouli"].blocks
    for x in pieces:
        assert (np.diff(x) == 1).all()
        assert len(set((x - 1) // n)) == 1


def test_people_are_those_at_the_percentiles():
    r = pd.DataFrame({"subject": list("abcdefg"), "r": [0.5, 0.1, np.nan, 0.9, 0.3, 0.7, 0.2]})
    assert subjects_at_percentiles(r, [0.0, 50.0, 100.0]) == ["b", "e", "d"]
    assert subjects_at_percentiles(r, [40.0, 80.0]) == ["e", "f"]
    assert subjects_at_percentiles(r.iloc[2:3], [50.0]) == []


def test_variants_stand_beside_their_bases():
    data = tables("dezfouli", SMALL["dezfouli"])
    figure, source = draw("dezfouli/variants", data)
    bars = source[(source["kind"] == "bar") & (source["x_label"] == "all")]
    assert list(bars.sort_values("x")["series"]) == [
        "t-RNN",
        "t-RNN, no parameter layers",
        "d-RNN",
        "d-RNN, all groups",
    ]
    metrics = data["metrics"][data["metrics"]["population"] == "human"]
    for estimator, mean in zip(
        ("trnn", "trnn_unlinked", "drnn", "drnn_pooled"), bars["y"], strict=True
    ):
        expected = metrics.loc[metrics["estimator"] == estimator, "bce"].mean()
        assert mean == pytest.approx(expected)
    hatched = [p for p in figure.axes[0].patches if p.get_gid() == "bar" and p.get_hatch()]
    assert len(hatched) == 2 * 4


def test_a_network_without_variants_is_left_out_and_none_at_all_is_said():
    data = tables("gershman", SMALL["gershman"])
    metrics = data["metrics"]
    some = data | {"metrics": metrics[metrics["estimator"] != "drnn_pooled"]}
    _, source = draw("gershman/variants", some)
    assert set(source["series"]) == {"t-RNN", "t-RNN, no parameter layers"}
    none = data | {"metrics": metrics[~metrics["estimator"].str.contains("_")]}
    figure, source = draw("gershman/variants", none)
    assert source.empty
    assert "no variant of a network" in {text.get_text() for text in reading.texts(figure)}


def test_main_figures_show_no_variants():
    for name, experiment in (
        ("dezfouli/errors_of_people", "dezfouli"),
        ("gershman/errors_of_people", "gershman"),
    ):
        _, source = draw(name, tables(experiment, SMALL[experiment]))
        assert list(source.loc[source["kind"] == "bar", "series"].unique()) == [
            "maximum likelihood",
            "constant, choice by choice",
            "random-walk filter",
            "switching filter",
            "t-RNN",
            "d-RNN",
        ]


def test_training_curves_hold_every_term_of_every_network_and_seed():
    data = tables("dezfouli", SMALL["dezfouli"])
    _, source = draw("dezfouli/training", data)
    terms = ["loss", "bce"]
    terms += [f"{kind}_{name}" for name in ("alpha", "beta", "kappa") for kind in ("bin", "mse")]
    assert source["panel"].nunique() == 2 * len(terms)
    for network in ("trnn", "trnn_unlinked"):
        for seed in (0, 1):
            history = data[f"training:{network}:{seed}"]
            best = history["validation_loss"].idxmin()
            for term in terms:
                panel = source[source["panel"] == f"{network}, {term}"]
                for split, words in (("train", "training"), ("validation", "validation")):
                    line = panel[panel["series"] == f"{words} agents, seed {seed}"]
                    np.testing.assert_array_equal(line["x"], history["step"])
                    np.testing.assert_array_equal(line["y"], history[f"{split}_{term}"])
                point = panel[panel["series"] == f"epoch that is kept, seed {seed}"]
                assert point["x"].item() == history["step"][best]
                assert point["y"].item() == history[f"validation_{term}"][best]


def test_the_control_of_4c_is_the_mean_of_each_persons_agents():
    data = tables("gershman", SMALL["gershman"])
    _, source = draw("gershman/around_actions", data)
    agents = data["matched"].assign(estimate=data["estimates:trnn:matched"]["beta"])
    for name, wanted in (("against", False), ("for", True)):
        drawn = source[source["series"] == f"{name} the better arm, matched agents"]
        for offset in (-2, 0, 3):
            people: dict[str, list[float]] = {}
            for (person, _), agent in agents.groupby(["person", "subject"]):
                values = []
                for _, block in agent.groupby("block"):
                    arms = block[["arm_mean_0", "arm_mean_1"]].iloc[0].to_numpy()
                    if arms[0] == arms[1]:
                        continue
                    right = block["action"].to_numpy() == int(arms[1] > arms[0])
                    estimate = block["estimate"].to_numpy()
                    values += [
                        estimate[t + offset]
                        for t in range(4, len(block))
                        if right[t] == wanted and 0 <= t + offset < len(block)
                    ]
                if values:
                    people.setdefault(str(person), []).append(float(np.mean(values)))
            means = [np.mean(own) for own in people.values()]
            row = drawn[drawn["x"] == offset].iloc[0]
            assert row["y"] == pytest.approx(np.mean(means)) and row["n"] == len(means)


def test_courses_show_the_mean_of_each_persons_agents_beside_the_people():
    data = tables("gershman", SMALL["gershman"])
    _, source = draw("gershman/beta_by_difficulty", data)
    agents = data["matched"].assign(beta=data["estimates:trnn:matched"]["beta"])
    easy = agents[(agents["arm_mean_0"] - agents["arm_mean_1"]).abs() >= 19]
    drawn = source[source["series"] == "easy, matched agents"].set_index("x")
    for trial in (0, 4):
        own = easy[easy["trial"] == trial].groupby(["person", "subject"])["beta"].mean()
        means = own.groupby("person").mean()
        assert drawn.loc[trial + 1, "y"] == pytest.approx(means.mean())
        assert drawn.loc[trial + 1, "n"] == len(means)
    # The bars are those of people less their agents.
    marks = source[source["kind"] == "mark"]
    assert len(marks) and marks["statistic_id"].str.contains("people - matched agents").all()


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("dezfouli/perseveration_and_staying", False),
        ("dezfouli/course_by_group_kappa", False),
        ("gershman/around_actions", True),
        ("gershman/beta_by_difficulty", True),
    ],
)
def test_without_matched_agents_people_are_drawn_alone(name, marked):
    data = tables(name.split("/")[0], SMALL[name.split("/")[0]])
    for key in ("matched", "estimates:trnn:matched"):
        del data[key]
    _, source = draw(name, data)
    assert len(source) and not any("agents" in series for series in source["series"])
    marks = source[source["kind"] == "mark"]
    assert (len(marks) > 0) == marked
    assert not marks["statistic_id"].astype(str).str.contains("agents").any()
