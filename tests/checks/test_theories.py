"""Theories compared: settings, own hazards, the choice, and the matrix, against sums by hand."""

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.checks.theories_made import CANDIDATES, evidence_of, found_of, settings
from tests.conftest import ROOT
from tests.figures import reading
from trnn.checks.theories.compare import evidence_of_people, ranges_words, theories_frame
from trnn.checks.theories.matrix import recovery_matrix
from trnn.checks.theories.own_hazard import own_hazard
from trnn.checks.theories.random_effects import frequency_rows
from trnn.checks.theories.scored import scored
from trnn.checks.theories.theories_table import (
    MEASURE,
    THEORIES,
    THEORY_EVIDENCE,
    THEORY_RECOVERY,
)
from trnn.config.experiment import Experiment
from trnn.config.stage_views import theory_view, view
from trnn.config.views import from_view
from trnn.errors import ConfigError, TableError
from trnn.figures.about import About
from trnn.figures.catalogue import ENTRIES
from trnn.figures.figure_stage import draw_figure
from trnn.figures.theories import source
from trnn.report.text.theories import choice_sections, theory_sections
from trnn.statistics.model_selection import select_models
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import THEORY_COMPARISONS
from trnn.tables.parquet import check_frame

FIRST, SECOND, THIRD = CANDIDATES
(ENTRY,) = (entry for entry in ENTRIES if entry.kind == "theories")
HALF = np.array(["choosing", "choosing", "reporting", "reporting"])
# Two candidates, two hazards, four people.
LOG = np.array(
    [
        [[-10.0, -10.0, -10.0, -10.0], [-14.0, -8.0, -12.0, -9.0]],
        [[-11.0, -12.0, -9.0, -8.0], [-20.0, -20.0, -20.0, -20.0]],
    ]
)
ERROR = np.array([[[0.3, 0.4, 0.0, 0.9], [0.0] * 4], [[0.1, 0.2, 0.3, 0.4], [0.6] * 4]])
TRIALS = [20, 25, 40, 50]
TWO = {name: CANDIDATES[name] for name in (FIRST, SECOND)}


def two(**changes: object):
    return settings(candidates=TWO, hazards=[0.0025, 0.005], **{"published": None} | changes)


def frame(**changes: object) -> pd.DataFrame:
    made = theories_frame(found_of(LOG, ERROR, TRIALS), two(**changes), HALF, "made", 1, 50)
    check_frame(made, THEORIES, "made")
    return made


# --- settings -------------------------------------------------------------------------------------


def test_ranges_that_are_left_out_are_the_models_own_in_its_order():
    made = settings(
        candidates={
            "a": {"model": "q_learning", "parameters": {"beta": {"low": 0, "high": 3}}},
            "b": {"model": "q_learning"},
        },
        published=None,
    )
    assert ranges_words(made.candidates["a"]) == "alpha [0, 1], beta [0, 3]"
    assert ranges_words(made.candidates["b"]) == "alpha [0, 1], beta [0, 10]"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"candidates": {"a": {"model": "no_such"}}}, "got 'no_such'; the models are"),
        (
            {
                "candidates": {
                    "a": {"model": "q_learning", "parameters": {"kappa": {"low": 0, "high": 1}}}
                }
            },
            r"parameters names \['kappa'\]; those of model 'q_learning' are \['alpha', 'beta'\]",
        ),
        ({"hazards": [0.1, 0.1]}, "hazards must differ"),
        ({"hazards": [0.1]}, "at least 2 items"),
        ({"published": "mine"}, "published: got 'mine'; name one of the candidates"),
        (
            {
                "candidates": {
                    "a": {"model": "q_learning"},
                    "b": {
                        "model": "q_learning",
                        "parameters": {"alpha": {"low": 0, "high": 1}},
                    },
                },
                "published": None,
            },
            "'a' and 'b' are the same model",
        ),
    ],
)
def test_wrong_theories_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        settings(**changes)


@pytest.mark.parametrize(
    ("experiment", "theories", "words"),
    [
        ("artificial", {}, "theories are compared on people, but `human` names no data set"),
        ("gershman", {"candidates": {"a": {"model": "q_learning"}}}, r"got \['a'\]; .*needs two"),
    ],
)
def test_an_experiment_that_cannot_compare_theories_is_refused(experiment, theories, words):
    raw = yaml.safe_load((ROOT / f"config/experiments/{experiment}.yaml").read_text())
    own = {"candidates": TWO, "hazards": [0.1, 0.2], "n_particles": 8} | theories
    with pytest.raises(ValueError, match=words):
        Experiment.model_validate(raw | {"theories": own})


def test_a_candidates_job_sees_that_candidate_alone(with_theories):
    e = with_theories["dezfouli"]
    names = list(e.theories.candidates)
    seen = theory_view(e, names[-1])
    assert set(seen) == {"name", "human", "theories"}
    assert list(from_view(seen).theories.candidates) == [names[-1]]
    assert not {"recovery", "published"} & set(seen["theories"])
    # What the experiment itself is made of, how many agents there are, other candidates: no matter.
    fewer = e.theories.candidates | {names[0]: e.theories.candidates[names[-1]]}
    others = {"candidates": fewer, "published": None, "recovery": None}
    changed = e.theories.model_copy(update=others)
    other = e.model_copy(update={"theories": changed, "model": "q_learning"})
    assert theory_view(other, names[-1]) == seen
    assert theory_view(other, names[0]) != theory_view(e, names[0])
    assert "recovery" in view(e, "recover_theory")["theories"]
    assert "published" in view(e, "compare_theories")["theories"]
    assert set(view(e, "compare_theories")) == {"name", "human", "theories"}


def test_half_of_the_people_choose_where_theories_are_compared(with_theories):
    e = with_theories["dezfouli"]
    assert e.prior_grid is not None
    estimators = e.estimators.model_copy(update={"drnn": None})
    alone = e.model_copy(update={"prior_grid": None, "estimators": estimators})
    assert alone.chosen_on_people
    assert not alone.model_copy(update={"theories": None}).chosen_on_people


# --- own hazards ----------------------------------------------------------------------------------


def test_own_hazards_average_the_evidence_and_not_its_log():
    log = np.log([[0.5, 0.2], [0.1, 0.2], [0.3, 0.8]])
    mean, error = own_hazard(log, np.array([[0.1, 0.0], [0.2, 0.0], [0.3, 0.6]]))
    np.testing.assert_allclose(mean, np.log([0.3, 0.4]))
    # Weights 5/9, 1/9, 3/9 and, of the second, 1/6, 1/6, 4/6.
    np.testing.assert_allclose(error, [(0.5 + 0.2 + 0.9) / 9, 0.4])


def test_own_hazards_of_long_sessions_are_numbers():
    mean, error = own_hazard(np.array([[-5000.0], [-5001.0]]), np.array([[0.5], [0.5]]))
    assert mean[0] == pytest.approx(-5000 + np.log((1 + np.exp(-1)) / 2))
    assert error[0] == pytest.approx(0.5)


# --- the choice -----------------------------------------------------------------------------------


def test_the_theory_of_the_highest_evidence_on_the_choosing_half_is_chosen():
    made = frame().set_index(["theory", "hazard"])
    rows = made["log_evidence_choosing"]
    assert rows[FIRST, 0.0025] == -20 and rows[FIRST, 0.005] == -22
    # Each person's own: log((e^-10 + e^-14) / 2) + log((e^-10 + e^-8) / 2).
    own = np.log((np.exp(-10) + np.exp(-14)) / 2) + np.log((np.exp(-10) + np.exp(-8)) / 2)
    found = frame()
    of_first = found[(found["theory"] == FIRST) & found["hazard"].isna()].iloc[0]
    assert of_first["log_evidence_choosing"] == pytest.approx(own)
    assert own > -20  # neither hazard suits both
    assert of_first["chosen"] and found["chosen"].sum() == 1
    assert of_first["behind_choosing"] == of_first["behind_choosing_se"] == 0


def test_distances_are_paired_and_ties_lie_within_one_standard_error():
    made = frame()
    log = np.concatenate(
        [LOG, np.stack([own_hazard(*x)[0] for x in zip(LOG, ERROR, strict=True)])[:, None]], axis=1
    )
    log = log.reshape(6, 4)
    for half, columns in (("choosing", slice(0, 2)), ("reporting", slice(2, 4))):
        difference = (log[2] - log)[:, columns]
        np.testing.assert_allclose(made[f"behind_{half}"], difference.sum(axis=1))
        # Of two numbers the standard error of the sum is their distance.
        apart = np.abs(difference[:, 0] - difference[:, 1])
        np.testing.assert_allclose(made[f"behind_{half}_se"], apart, atol=1e-12)
    within = made["behind_choosing"] <= made["behind_choosing_se"]
    assert made["tied"].tolist() == within.tolist()
    assert made["tied"].sum() > 1 and not made["tied"].all()


def test_errors_and_units_are_those_of_other_tables():
    made = frame(tolerance=0.35)
    first, other = made.iloc[0], made.iloc[3]
    assert first["log_evidence_error_choosing"] == pytest.approx(0.5)
    # Nats a choice, averaged over people: 10 / 20 and 10 / 25.
    assert first["bce_choosing"] == pytest.approx((0.5 + 0.4) / 2)
    assert first["bce_reporting"] == pytest.approx((0.25 + 0.2) / 2)
    assert first["trials_reporting"] == 90 and first["subjects_choosing"] == 2
    assert (first["unconverged_choosing"], first["unconverged_reporting"]) == (1, 1)
    assert (other["unconverged_choosing"], other["unconverged_reporting"]) == (0, 1)
    assert first["n_parameters"] == 3 and other["n_parameters"] == 2
    assert made["gain_choosing"].isna().all()


def test_the_reporting_half_has_no_part_in_the_choice():
    turned = LOG.copy()
    turned[:, :, 2:] = LOG[::-1, :, 2:] + 5.0
    made = theories_frame(found_of(turned, ERROR, TRIALS), two(), HALF, "made", 1, 50)
    columns = ["chosen", "tied", "behind_choosing", "behind_choosing_se"]
    pd.testing.assert_frame_equal(made[columns], frame()[columns])
    assert (made["behind_reporting"] != frame()["behind_reporting"]).any()
    assert (made["behind_reporting"] < 0).any()


def test_gains_are_over_the_published_candidate_under_own_hazards():
    made = frame(published=SECOND)
    assert made["published"].tolist() == [False] * 5 + [True]
    own = made.loc[5, "log_evidence_reporting"]
    np.testing.assert_allclose(made["gain_reporting"], made["log_evidence_reporting"] - own)
    assert made.loc[5, ["gain_choosing", "gain_choosing_ci_low"]].tolist() == [0, 0]
    assert made["chosen"].tolist() == frame()["chosen"].tolist()


def test_tables_of_other_people_or_hazards_are_refused():
    table = evidence_of(FIRST, LOG[0], ERROR[0], TRIALS)
    people = ["s0", "s1", "s2", "s3"]
    with pytest.raises(TableError, match="Delete it and build it again"):
        scored({FIRST: table}, [0.0025, 0.01], people)
    with pytest.raises(TableError, match="the same 3 people"):
        scored({FIRST: table}, [0.0025, 0.005], people[:3])
    with pytest.raises(TableError, match=f"'{SECOND}' is of candidates"):
        scored({SECOND: table}, [0.0025, 0.005], people)


def test_a_row_of_another_order_is_the_same_person():
    tables = {FIRST: evidence_of(FIRST, LOG[0], ERROR[0], TRIALS).iloc[::-1]}
    found = scored(tables, [0.0025, 0.005], ["s1", "s0", "s3", "s2"])
    np.testing.assert_array_equal(found.log[0], LOG[0][:, [1, 0, 3, 2]])
    np.testing.assert_array_equal(found.error[0], ERROR[0][:, [1, 0, 3, 2]])
    assert found.n_trials.tolist() == [25, 20, 50, 40]


# --- person by person, and random effects ---------------------------------------------------------


@pytest.fixture()
def evidence() -> pd.DataFrame:
    groups = pd.Series(["a", "b", "a", "b"], index=["s0", "s1", "s2", "s3"])
    made = evidence_of_people(found_of(LOG, ERROR, TRIALS), HALF, groups)
    check_frame(made, THEORY_EVIDENCE, "made")
    return made


def test_each_person_has_the_candidates_best_hazard_and_an_own_one(evidence):
    first = evidence[evidence["theory"] == FIRST]
    assert set(first["hazard"]) == {0.0025}  # -20 against -22
    assert first["log_evidence_at_hazard"].tolist() == LOG[0, 0].tolist()
    assert first["log_evidence_at_hazard_error"].tolist() == ERROR[0, 0].tolist()
    np.testing.assert_allclose(first["log_evidence"], own_hazard(LOG[0], ERROR[0])[0])
    assert first["half"].tolist() == HALF.tolist() and first["group"].tolist() == list("abab")


def test_the_choosing_half_alone_chooses_a_candidates_hazard():
    log = LOG[:1].copy()
    log[0, 0, 2:] = -50.0  # the hazard that suits the choosing half suits no other
    groups = pd.Series(None, index=["s0", "s1", "s2", "s3"], dtype="str")
    made = evidence_of_people(found_of(log, ERROR[:1], TRIALS), HALF, groups)
    assert set(made["hazard"]) == {0.0025} and made["group"].isna().all()
    assert made["log_evidence_at_hazard"].tolist() == [-10, -10, -50, -50]


def test_candidates_keep_their_order_in_the_random_effects(evidence):
    turned = pd.concat([evidence[evidence["theory"] == name] for name in (SECOND, FIRST)])
    rows = statistics_frame(list(frequency_rows(turned, "mine", 1)), "mine")
    before = statistics_frame(list(frequency_rows(evidence, "mine", 1)), "mine")
    assert rows["contrast"].iloc[0] == SECOND
    keys = ["group", "measure", "contrast"]
    one, other = (found.set_index(keys)["difference"].sort_index() for found in (rows, before))
    np.testing.assert_allclose(one, other)


def test_candidates_are_compared_by_random_effects_in_every_group(evidence):
    rows = list(frequency_rows(evidence, "mine", 1))
    made = statistics_frame(rows, "mine")
    check_frame(made, THEORY_COMPARISONS, "made")
    assert made["id"].is_unique
    assert list(made["group"].unique()) == ["reporting half", "all", "a", "b"]
    own = np.stack([own_hazard(*x)[0] for x in zip(LOG, ERROR, strict=True)], axis=1)
    for group, keep in (
        ("all", slice(None)),
        ("reporting half", slice(2, 4)),
        ("b", slice(1, None, 2)),
    ):
        expected = select_models(own[keep])
        part = made[(made["group"] == group) & (made["measure"] == MEASURE)]
        assert part["contrast"].tolist() == [FIRST, SECOND]
        np.testing.assert_allclose(part["difference"].astype(float), expected.frequency)
        np.testing.assert_allclose(part["effect"].astype(float), expected.protected_exceedance)
        sums = made[(made["group"] == group) & (made["measure"] == f"{MEASURE}_sum")]
        np.testing.assert_allclose(sums["difference"].astype(float), own[keep].sum(axis=0))


# --- the model recovery matrix --------------------------------------------------------------------


def agents(true: str, log: dict[str, list[float]], error: float) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "true": true,
                "scored": name,
                "agent": [f"{i}" for i in range(len(own))],
                "log_evidence": own,
                "log_evidence_error": error,
            }
        )
        for name, own in log.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_the_matrix_counts_whom_each_candidate_explains_best():
    made = recovery_matrix(
        {
            "x": agents("x", {"y": [-4.0, -9.0, -6.0], "x": [-5.0, -5.0, -5.0]}, 0.3),
            "y": agents("y", {"x": [-7.0], "y": [-8.0]}, 0.0),
        }
    )
    check_frame(made, THEORY_RECOVERY, "made")
    table = made.set_index(["true", "scored"])
    assert table.loc[("x", "x"), "share_best"] == pytest.approx(2 / 3)
    assert table.loc[("x", "y"), "share_best"] == pytest.approx(1 / 3)
    # Clopper & Pearson of 1 in 3, from their tables.
    assert table.loc[("x", "y"), "share_best_ci_low"] == pytest.approx(0.0084, abs=5e-5)
    assert table.loc[("x", "y"), "share_best_ci_high"] == pytest.approx(0.9057, abs=5e-5)
    # Behind the better of both: 0, 4, 1 and 1, 0, 0; behind the truth -1, 4, 1.
    assert table.loc[("x", "y"), "behind_best"] == pytest.approx(5 / 3)
    assert table.loc[("x", "x"), "behind_best"] == pytest.approx(1 / 3)
    assert table.loc[("x", "y"), "behind_true"] == pytest.approx(4 / 3)
    se = np.std([-1, 4, 1], ddof=1) / np.sqrt(3)
    assert table.loc[("x", "y"), "behind_true_se"] == pytest.approx(se)
    mc = np.sqrt(3 * 2 * 0.3**2) / 3
    assert table.loc[("x", "y"), "behind_true_mc_error"] == pytest.approx(mc)
    assert table.loc[("x", "x"), ["behind_true", "behind_true_mc_error"]].tolist() == [0, 0]
    assert table["chosen"].to_dict() == {
        ("x", "x"): True,
        ("x", "y"): False,
        ("y", "x"): True,
        ("y", "y"): False,
    }
    assert np.isnan(table.loc[("y", "x"), "behind_true_se"])


# --- what is read ---------------------------------------------------------------------------------


def test_the_summary_names_the_choice_its_ties_and_what_the_other_half_says(evidence):
    made = frame(published=SECOND)
    recovery = recovery_matrix(
        {
            FIRST: agents(FIRST, {FIRST: [-1.0], SECOND: [-2.0]}, 0.1),
            SECOND: agents(SECOND, {FIRST: [-1.0], SECOND: [-2.0]}, 0.1),
        }
    )
    statistics = statistics_frame(list(frequency_rows(evidence, "mine", 1)), "mine")
    text = "\n\n".join(theory_sections(made, recovery, statistics, "people"))
    ranges = "alpha [0, 1], beta [0, 10], kappa [-1, 1]"
    assert f"**Theory chosen: `{FIRST}`, own hazards, {ranges}.**" in text
    names = "; ".join(
        f"`{row.theory}`, hazard {row.hazard:g}"
        for row in made.itertuples()
        if row.tied and not row.chosen
    )
    assert f"**Tied with it**, within one standard error: {names}." in text
    other = made.iloc[3]
    assert f"(`{SECOND}`, hazard 0.0025), it is {-other['behind_reporting']:.1f} nats" in text
    assert "behind, so that this half would choose otherwise" in text
    assert f"is wrong:** for agents of `{SECOND}` it chooses `{FIRST}`." in text
    assert "| reporting half (n = 2) " in text and "pxp" in text
    assert theory_sections(None, None, statistics, "people") == []


def test_a_lead_within_its_error_tells_nothing_apart():
    made = frame().assign(behind_reporting=2.0, behind_reporting_se=3.0)
    words = "the lead is 2.0 nats (SE 3.0), which does not tell the two apart"
    assert words in choice_sections(made)[0]
    made["behind_reporting_se"] = 1.0
    assert "it is 2.0 nats (SE 1.0) ahead." in choice_sections(made)[0]


def test_the_figure_draws_distances_with_their_standard_errors():
    made = frame()
    table = source(made, None)
    assert set(table["kind"]) == {"point"} and len(table) == 2 * len(made)
    for half in ("choosing", "reporting"):
        part = table[table["panel"] == f"{half} half"].sort_values("x")
        np.testing.assert_allclose(part["y"], made[f"behind_{half}"])
        np.testing.assert_allclose(part["y_high"] - part["y"], made[f"behind_{half}_se"])
        assert part["x_label"].tolist() == made["theory"].tolist()
        marked = [
            "chosen" if c else "tied" if t else None for c, t in made[["chosen", "tied"]].to_numpy()
        ]
        assert [None if pd.isna(x) else x for x in part["label"]] == marked


def test_many_candidates_have_a_matrix_that_can_be_read():
    names = [f"a_long_name_of_candidate_{i}" for i in range(11)]
    three = frame().iloc[:3]
    made = pd.concat([three.assign(theory=name) for name in names], ignore_index=True)
    pairs = [{"true": a, "scored": b, "n": 20, "share_best": 1 / 11} for a in names for b in names]
    tables = {"theories": made, "theory_recovery": pd.DataFrame(pairs)}
    figure, table = draw_figure(ENTRY, tables, About({}, {}), simulated=True)
    figure = reading.rendered(figure)
    assert reading.clipped(figure) == [] and reading.overlapping(figure) == []
    assert len(table[table["kind"] == "cell"]) == 121 and len(figure.axes) == 3


def test_an_own_model_of_a_candidate_is_looked_for_beside_the_settings(tmp_path):
    from trnn.config.model_files import with_model_found

    (tmp_path / "mine.py").write_text((ROOT / "tests/theory/two_rates.py").read_text())
    raw = {"theories": {"candidates": {"a": {"model": "mine.py"}, "b": {"model": "q_learning"}}}}
    found = with_model_found(raw, tmp_path / "e.yaml")["theories"]["candidates"]
    assert found["a"]["model"].endswith("mine.py:TwoRates")
    assert found["b"] == {"model": "q_learning"}
    raw["theories"]["candidates"]["a"]["model"] = "gone.py"
    with pytest.raises(ConfigError, match=r"theories\.candidates\.a\.model: there is no file"):
        with_model_found(raw, tmp_path / "e.yaml")
