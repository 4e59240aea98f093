"""The summary: what it says first, its numbers, and that it says the same twice."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ger2024.findings.findings_text import analyses_sections, findings_sections, holds_words
from ger2024.published import read_published
from ger2024.summary import summary_study
from tests.checks.calibration_made import fake_optimality
from tests.conftest import ROOT
from tests.scores.frames import agents, dezfouli_people, evidence_of, jittered
from trnn import __version__
from trnn.checks.calibration.calibration_table import OPTIMALITY
from trnn.config.dynamics import Range
from trnn.config.stage_views import view
from trnn.errors import ConfigError, TableError
from trnn.report.text.assumptions import dynamics_words, inputs_words
from trnn.report.text.experiment import experiment_summary_stage
from trnn.report.text.markdown import digits_for, interval_words, markdown_table, p_words
from trnn.report.text.means import comparisons_table, means_table
from trnn.report.text.summary import summary_stage
from trnn.scores.comparisons import comparisons_stage
from trnn.scores.metrics import subject_metrics
from trnn.scores.metrics_table import metrics as metrics_schema
from trnn.study import Reported
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.models import get_model

NAMES = ("alpha", "beta", "kappa")
MODEL = get_model("q_learning_perseveration")
RANGES = {
    "alpha": Range(low=0, high=0.2),
    "beta": Range(low=0, high=10),
    "kappa": Range(low=-0.5, high=0.5),
}
PUBLISHED = ROOT / "config/published.yaml"
OWN = read_published(PUBLISHED).people["dezfouli"]
FINDINGS = pd.DataFrame(
    {
        "finding": ["2", "2", "3", "3", "1"],
        "statement": ["mean of x|y", "difference", "median", "of agents", "not judged"],
        "quantity": ["mean", "difference", "r", "r", "bce"],
        "group": ["healthy", "healthy - bipolar", "all", "control", "all"],
        "unit": ["value", "value", "1", "1", "nats"],
        "value": [0.25, 0.1, 0.6, np.nan, 0.5],
        "ci_low": [0.2, 0.05, 0.5, np.nan, np.nan],
        "ci_high": [0.3, 0.15, 0.7, np.nan, np.nan],
        "p": [np.nan, 0.00012, 0.04, np.nan, np.nan],
        "p_holm": [np.nan, 0.00024, 0.04, np.nan, np.nan],
        "n": [3, 6, 9, 0, 9],
        "published": [np.nan, np.nan, 0.64, np.nan, np.nan],
        "holds": pd.array([None, True, False, None, None], dtype="boolean"),
        "undecided": [None, None, None, None, "the interval is wide"],
    }
)


def cells(table: str) -> pd.DataFrame:
    """Read a Markdown table back."""
    rows = [re.split(r"\s*(?<!\\)\|\s*", line.strip("| ")) for line in table.splitlines()]
    return pd.DataFrame(rows[2:], columns=rows[0]).set_index(rows[0][0])


def numbers(cell: str) -> list[float]:
    return [float(number) for number in re.findall(r"[-+]?\d+\.\d+", cell)]


@cache
def metrics_frame(per_group: int = 3, n_agents: int = 3) -> pd.DataFrame:
    parts = []
    for population, trials in (
        ("test", agents(n_agents)),
        ("human", dezfouli_people(per_group=per_group)),
    ):
        for seed, estimator in enumerate(("mle", "bayes", "trnn")):
            estimates = jittered(trials, NAMES, seed)
            part = subject_metrics(trials, estimates, MODEL, estimator, RANGES)
            part.insert(0, "population", population)
            parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    for name in ("group", "dynamics", "population", "estimator"):
        frame[name] = frame[name].astype("str")
    return frame[metrics_schema(MODEL.unit_of).names()]


@pytest.fixture()
def stage(tmp_path, tiny_experiments):
    """Return a function that writes the tables and a summary, and returns its text.

    It is the experiment's own, or the run's `page`.
    """

    def run(
        data_source="real",
        tables_source="real",
        name="dezfouli",
        frame=None,
        seed=3,
        digest=OWN.content_sha256,
        doubts=(),
        surroundings=(),
        page=False,
    ):
        provenance = Provenance({}, 1, tables_source)
        metrics, statistics = tmp_path / "metrics.parquet", tmp_path / "statistics.parquet"
        frame = metrics_frame() if frame is None else frame
        write_table(frame, metrics, metrics_schema(MODEL.unit_of), provenance)
        # Those of the comparisons alone: the tables have the same columns.
        evidence_of(frame).to_parquet(tmp_path / "evidence.parquet")
        comparisons_stage(
            metrics,
            [tmp_path / "evidence.parquet"],
            statistics,
            name,
            MODEL.unit_of,
            1,
            50,
            provenance,
        )
        findings = tmp_path / "findings.parquet"
        FINDINGS.to_parquet(findings)
        people = {"dataset": "dezfouli", "content_sha256": digest, "data_source": tables_source}
        table = pa.table({"subject": ["a"]}).replace_schema_metadata(people)
        pq.write_table(table, tmp_path / "people.parquet")
        subjects = frame[["population", "subject"]].drop_duplicates()
        known = {f"{name}_identified": True for name in MODEL.names}
        subjects.assign(**known, at_bound=False, converged=True).to_parquet(tmp_path / "fits")
        output = tmp_path / "summary.md"
        settings = view(tiny_experiments["dezfouli"], "whole") | {"name": name}
        tables = {
            "metrics": metrics,
            "fits": tmp_path / "fits",
            "statistics": statistics,
            "findings": findings,
            "people": tmp_path / "people.parquet",
            "columns": ["group"],
            "optimality": tmp_path / "optimality.parquet",
            "settings": settings,
            "doubts": doubts,
        }
        table = fake_optimality(NAMES, ("stationary", "switching"), 3)
        write_table(table, tables["optimality"], OPTIMALITY, provenance)
        origin = Provenance({}, seed, data_source)
        study = summary_study({name: tables}, read_published(PUBLISHED))
        if page:
            summary_stage(output, {name: tables}, 100, origin, study, surroundings)
        else:
            experiment_summary_stage(output, name, tables, 100, origin, study)
        return output.read_text(encoding="utf-8")

    return run


@pytest.mark.parametrize("page", [True, False])
def test_stand_ins_are_named_before_anything_else_and_wherever_people_are(stage, page):
    text = stage(data_source="simulated", tables_source="simulated", page=page)
    title, warning, *_ = text.split("\n\n")
    assert title == ("# Summary" if page else "# dezfouli")
    assert warning.startswith("**") and warning.endswith("**")
    assert "simulated stand-ins" in warning and "Nothing" in warning
    for line in text.splitlines():
        if line.startswith(("## People", "## Findings")):
            assert line.endswith("(simulated stand-ins)"), line
    assert "real people" not in text


@pytest.mark.parametrize("page", [True, False])
def test_tables_of_stand_ins_are_enough_for_the_warning(stage, page):
    text = stage(data_source="real", tables_source="simulated", page=page)
    assert "simulated stand-ins" in text


def test_real_people_are_called_real_and_get_no_warning(stage):
    assert "stand-in" not in stage()
    text = stage(page=True)
    assert "stand-in" not in text
    assert "dezfouli (real people)" in text


def test_what_was_run_stands_at_the_opening(stage):
    opening = stage(seed=17, page=True, surroundings=["3 of 9 jobs had no place"]).split("## ")[0]
    assert "seed 17;" in opening and f"trnn {__version__}" in opening
    assert "100 bootstrap resamples" in opening and "- 3 of 9 jobs had no place" in opening


def test_doubtful_settings_stand_before_any_number_and_among_what_failed(stage):
    words = "Doubtful setting"
    assert words not in stage() and words not in stage(page=True)
    assert "- min_gap is 100." in stage(doubts=["min_gap is 100"]).split("## ")[0]
    failed = stage(doubts=["min_gap is 100"], page=True).split("## What failed")[1]
    assert f"**{words}:** min_gap is 100." in failed


def test_the_page_is_short_and_says_what_was_found_how_far_to_trust_it_and_what_failed(stage):
    text = stage(page=True)
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "## What was found",
        "## How far to trust it",
        "## What failed",
        "## Behind this page",
    ]
    assert len(text.splitlines()) < 60
    found = text.split("## What was found")[1].split("\n## ")[0]
    people = metrics_frame().query("population == 'human'")
    wide = people.pivot(index="subject", columns="estimator", values="bce")
    line = next(line for line in found.splitlines() if "**Prediction.**" in line)
    mean, *_, chance, difference = numbers(line.split(" relative to ")[0])[:5]
    assert mean == pytest.approx(wide["trnn"].mean(), abs=5e-5) and chance == 0.6931
    assert difference == pytest.approx((wide["trnn"] - wide["mle"]).mean(), abs=5e-5)
    assert "Findings of Ger et al. (2024), computed anew.** 1: 0 of 1 claims hold" in found
    assert "[dezfouli/summary.md](dezfouli/summary.md)" in text


def test_the_study_explains_its_numbers_beside_the_means(stage):
    assert "Ger et al. (2024)" in stage().split("## ")[0]


def test_every_part_is_there(stage):
    text = stage()
    for words in (
        "κ in [-1, 1]",
        "drawn anew with probability",
        "in 20 % of the agents never",
        "the t-RNN reads the reward of the trial before, whether its choice repeated",
        "## People",
        "## Simulated test agents",
        "`bce_theory`:",
        "`normalized_likelihood`:",
        "`mse_kappa`: mean over trials of the squared error of perseveration\n",
        "## Targets",
        "`mse_kappa` at most 5 % above `bayes`",
        "`trnn_smooth` / `bayes_smooth`",
        "## Do the fits identify the parameters?",
        "estimator 'bayes' assumes 'switching'",
        "**Finding 2: 1 of 1 claims hold**. Reported: κ is higher and less spread",
        "**Finding 3: 0 of 1 claims hold, 1 not**",
        "**Finding 1: 0 of 1 claims hold, 1 cannot be told**",
        "mean of x|y",
    ):
        assert words in text, words


def test_the_same_settings_give_the_same_text_and_another_seed_other_intervals(stage):
    first, again, other = stage(seed=3), stage(seed=3), stage(seed=4)
    assert first == again
    assert first.split("Made with")[0] != other.split("Made with")[0]


def test_a_variant_of_an_experiment_stands_beside_the_same_published_numbers(stage):
    text = stage(name="dezfouli_variant")
    assert text.startswith("# dezfouli_variant\n") and "(0.3227)" in text and "(0.3724)" in text


def test_of_other_people_the_study_is_not_spoken(stage):
    text = stage(digest="0" * 64, name="mine")
    assert "Ger " not in text and "original study" not in text and "claims hold" not in text
    assert "parentheses" not in text and "(0.3227)" not in text
    analyses = text.split("## Analyses of people")[1].split("\n## ")[0]
    assert "**Perseveration by group**" in analyses and "mean of x|y" in analyses
    assert "holds" not in analyses and "**Finding" not in analyses


def test_what_could_not_be_computed_is_named_with_its_reason(stage):
    text = stage()
    assert (
        "- β around actions against the better arm: not computed, the data have no mean rewards of "
        "the arms" in text
    )
    assert "- γ in easy and in hard blocks: not computed, the model has no γ and the data" in text
    assert "perseveration by group: not computed" not in text


def test_two_subjects_and_one_group_of_one_person(stage):
    frame = metrics_frame(per_group=1, n_agents=2)
    people = frame[(frame["population"] == "human") & frame["group"].isin(["bipolar", "healthy"])]
    text = stage(frame=pd.concat([frame[frame["population"] == "test"], people]))
    assert "bipolar (n = 1)" in text and "nan" not in text.lower()


def test_no_half_written_summary_is_left(stage, tmp_path, tiny_experiments):
    stage()
    (tmp_path / "summary.md").unlink()
    (tmp_path / "statistics.parquet").write_bytes(b"PAR1")
    tables = {
        "metrics": tmp_path / "metrics.parquet",
        "statistics": tmp_path / "statistics.parquet",
        "findings": None,
        "settings": view(tiny_experiments["dezfouli"], "whole"),
    }
    with pytest.raises(TableError, match="statistics"):
        origin = Provenance({}, 1, "real")
        experiment_summary_stage(tmp_path / "summary.md", "dezfouli", tables, 10, origin)
    assert not list(tmp_path.glob("*summary*"))


def test_means_by_hand_and_published_values():
    frame = metrics_frame()
    reported = Reported(
        {
            (population, mean.group, mean.estimator, mean.measure): value
            for dataset, population, mean, value in read_published(PUBLISHED).reported_means()
            if dataset == "dezfouli"
        }
    )
    table = cells(means_table(frame, "human", "bce", reported, "dezfouli", 1, 200))
    assert list(table.index)[:4] == ["mle", "filter", "bayes", "trnn"]
    # What is only reported gets a row all the same.
    assert set(table.index[4:]) == {"drnn", "trnn_unlinked"}
    assert list(table.columns) == [
        "all (n = 9)",
        "bipolar (n = 3)",
        "depression (n = 3)",
        "healthy (n = 3)",
    ]
    people = frame[(frame["population"] == "human") & (frame["estimator"] == "trnn")]
    mean, low, high, reported = numbers(table.loc["trnn", "all (n = 9)"])
    assert mean == pytest.approx(people["bce"].mean(), abs=5e-5)
    assert people["bce"].min() <= low < mean < high <= people["bce"].max()
    assert reported == 0.3227
    group = people.loc[people["group"] == "healthy", "bce"]
    assert numbers(table.loc["trnn", "healthy (n = 3)"])[0] == pytest.approx(group.mean(), abs=5e-5)
    # Reported, not run here: nothing but what was reported.
    assert table.loc["drnn", "all (n = 9)"] == "– (0.3060)"


def test_errors_leave_the_oracle_out_and_people_have_none():
    frame = metrics_frame()
    oracle = frame[(frame["population"] == "test") & (frame["estimator"] == "trnn")]
    frame = pd.concat([frame, oracle.assign(estimator="oracle", mse_alpha=0.0)])
    table = cells(means_table(frame, "test", "mse_alpha", Reported(), "x", 1, 50))
    assert list(table.index) == ["mle", "bayes", "trnn"]
    assert "oracle" in cells(means_table(frame, "test", "bce", Reported(), "x", 1, 50)).index
    assert means_table(frame, "human", "mse_alpha", Reported(), "x", 1, 50) is None


def test_comparisons_are_turned_so_that_the_trnn_comes_first(stage, tmp_path):
    stage()
    statistics = read_table(tmp_path / "statistics.parquet")
    table = comparisons_table(statistics, "human").splitlines()
    header = [name.strip() for name in table[0].strip("|").split("|")]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table[2:]]
    got = pd.DataFrame(rows, columns=header)
    assert set(got["t-RNN less"]) == {"mle", "bayes"}
    assert set(got["group"]) == {"all", "bipolar", "depression", "healthy"}
    people = metrics_frame().query("population == 'human'")
    wide = people.pivot(index="subject", columns="estimator", values="bce")
    row = got[(got["group"] == "all") & (got["t-RNN less"] == "mle")].iloc[0]
    difference, low, high = numbers(row["mean difference"])
    assert difference == pytest.approx((wide["trnn"] - wide["mle"]).mean(), abs=5e-5)
    assert low <= difference <= high
    assert comparisons_table(statistics[statistics["population"] == "test"], "human") is None


def test_findings_show_value_interval_published_and_verdict():
    sections = findings_sections(FINDINGS, read_published(PUBLISHED), "dezfouli")
    assert next(s for s in sections if s.startswith("**")).startswith("**Finding 1")
    third = next(i for i, s in enumerate(sections) if s.startswith("**Finding 3"))
    assert "0.6000 [0.5000, 0.7000] (0.6400)" in sections[third + 1]
    assert "**no**" in sections[third + 1] and "| –" in sections[third + 1]
    assert "- `r` (control): of agents" in sections[third + 2]
    assert sections[0].startswith("**Finding 1: 0 of 1 claims hold, 1 cannot be told**. Reported")
    assert "cannot be told: the interval is wide" in sections[1]
    holds = pd.Series([True, None, False], dtype="boolean")
    assert holds_words(holds, pd.Series([None] * 3)) == "1 of 2 claims hold, 1 not"
    open_ = pd.Series([None, "too few", None])
    assert holds_words(holds, open_) == "1 of 3 claims hold, 1 not, 1 cannot be told"
    none = pd.Series([None], dtype="boolean")
    assert holds_words(none, pd.Series([None])) == "nothing is claimed"


def test_analyses_of_others_are_not_judged():
    sections = analyses_sections(FINDINGS)
    assert sections[0] == "**Prediction of choices**"
    tables = [cells(section) for section in sections[1::3]]
    assert all("holds" not in table.columns for table in tables)
    assert sum(len(table) for table in tables) == len(FINDINGS)


def test_what_a_network_reads_in_words():
    for references, words in (
        (None, "the choice and the reward of the trial before"),
        ({}, "the model's terms; both arms are treated alike"),
        ({"alpha": [0.1, 0.5]}, "of the session under α = 0.1, 0.5; both arms are treated alike"),
        (
            [{"alpha": 0.1, "trace_rate": 1.0}, {"trace_rate": 0.25, "alpha": 0.5}],
            "under (α, τ) = (0.1, 1), (0.5, 0.25); both arms are treated alike",
        ),
    ):
        assert inputs_words({"reference_values": references}).endswith(words)


def test_hazards_of_agents_own_in_words():
    dynamics = {"kind": "switching", "min_gap": 3, "max_changes": None, "stationary_share": 0}
    assert dynamics_words(dynamics | {"hazard": 0.02}) == (
        "each parameter is drawn anew with probability 0.02 a trial, once more than 3 trials have "
        "passed since the last change, without a limit"
    )
    assert dynamics_words(dynamics | {"hazard": [0.01, 0.02, 0.04]}).startswith(
        "each parameter is drawn anew with a probability of the agent's own, any of 0.01, 0.02, "
        "0.04 equally likely (log-uniform, on a grid), a trial, once"
    )


def test_numbers_in_words():
    assert interval_words(0.12345, 0.1, 0.2, 0.15) == "0.1235 [0.1000, 0.2000] (0.1500)"
    assert interval_words(0.5, np.nan, np.nan) == "0.5000"
    assert interval_words(np.nan, np.nan, np.nan, 0.3) == "– (0.3000)"
    assert interval_words(-0.00001, -0.1, 0.1, signed=True) == "+0.0000 [-0.1000, +0.1000]"
    assert [p_words(p) for p in (np.nan, None, 0.0499, 2e-5)] == ["", "", "0.050", "2.0e-05"]
    assert [digits_for(x) for x in (0.3, 0.011, 0.0099, 0.0005, 0.0, np.nan)] == [4, 4, 5, 6, 4, 4]
    assert "a\\|b" in markdown_table(pd.DataFrame({"x": ["a|b"]}))


def test_published_file_is_read_and_refused_when_malformed(tmp_path):
    published = read_published(PUBLISHED)
    assert published.mean("gershman", "human", "all", "trnn", "bce") == 0.3209
    assert published.mean("gershman", "human", "all", "trnn", "accuracy") is None
    assert published.estimators("gershman", "human", "bce_theory") == ("trnn",)
    assert published.claim("gershman", "4") is None and "β drops" in published.claim(
        "gershman", "5"
    )
    spoilt = tmp_path / "published.yaml"
    spoilt.write_text("source: x\nmeans: {a: {b: {c: {d: {e: many}}}}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(str(spoilt))):
        read_published(spoilt)


def test_tables_of_people_begin_with_the_half_that_chose_nothing(stage):
    frame = metrics_frame().copy()
    people = frame["population"] == "human"
    own = frame.loc[people, "subject"].drop_duplicates()
    reporting = set(own[::2])
    frame["half"] = frame["subject"].map(lambda s: "reporting" if s in reporting else "choosing")
    frame["half"] = frame["half"].where(people).astype("str")
    text = stage(frame=frame)
    section = text[text.index("## People") :]
    table = cells(section[section.index("| estimator") :].split("\n\n")[0])
    first, second = table.columns[:2]
    assert first.startswith(f"reporting half (n = {len(reporting)})")
    assert second.startswith(f"all (n = {len(own)})")
    chosen = frame[people & frame["subject"].isin(reporting) & (frame["estimator"] == "mle")]
    shown = numbers(table.loc["mle", first])[0]
    assert shown == pytest.approx(chosen["bce"].mean(), abs=1e-4)
    compared = cells(section[section.index("| measure") :].split("\n\n")[0])
    assert compared["group"].iloc[0] == "reporting half"
