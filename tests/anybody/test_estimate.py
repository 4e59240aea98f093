"""From other people's tables to estimates and a page, at the command line and from Python."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import trnn
from tests.anybody.made import plain, with_points, with_tabs, with_words
from trnn.anybody.command import SOME_LEFT_OUT
from trnn.anybody.options import command, exact, options_of
from trnn.cli import app
from trnn.config.dynamics import Range, Switching
from trnn.config.model_files import equations_digest, sources_of
from trnn.config.particles import Particles, Smoother
from trnn.errors import ConfigError, DataError
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.filter.smoother import smooth
from trnn.report.encode import Scale, unpack
from trnn.tables.parquet import read_metadata
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import from_frame

QUICK = {"particles": 400, "smooth": False}
SOON = ["--model", "q_learning", "--particles", "400"]


@pytest.fixture()
def run(tmp_path, monkeypatch):
    """A function that writes a table, runs the command there, and returns its result."""
    monkeypatch.chdir(tmp_path)

    def execute(content: bytes, *more: str, name: str = "my.csv"):
        (tmp_path / name).write_bytes(content)
        return CliRunner().invoke(app, ["estimate", name, *SOON, *more])

    return execute


def check_own_columns(path, out, **reading):
    """The owner's columns come first, cell by cell and row by row as they were."""
    before = pd.read_csv(path, dtype=str, keep_default_na=False, **reading)
    after = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert list(after.columns[: len(before.columns)]) == list(before.columns)
    pd.testing.assert_frame_equal(after[before.columns], before)
    return pd.read_csv(out)


def test_one_and_two_with_tabs(run, tmp_path):
    result = run(with_tabs(), name="my.tsv")
    assert result.exit_code == 0, result.output
    after = check_own_columns(
        tmp_path / "my.tsv", "my_estimates.csv", sep="\t", encoding="utf-8-sig"
    )
    assert (after["action_code"] == after["Response"] - 1).all()
    assert (after["row_status"] == "estimated").all()
    assert after["alpha"].between(0, 1).all() and after["beta_smooth"].between(0, 10).all()
    for words in ("2 people, 120 trials (60 each), 6 blocks", "tabs", "'1' is action 0"):
        assert words in result.output
    assert "action = 'Response' (guessed)" in result.output
    assert "q_learning: learning rate alpha in [0, 1]" in result.output


def test_left_and_right_with_missed_trials_and_blocks(run, tmp_path):
    content, missed = with_words()
    result = run(content, "--reward-map", "win=1,loss=0", "--out", "out.parquet")
    assert result.exit_code == 0, result.output
    assert "4 rows without a choice, of 2, are trials without a response" in result.output
    assert "2 people, 120 trials (60 each), 6 blocks" in result.output
    after = pd.read_parquet("out.parquet")
    assert (after["row_status"].to_numpy() == np.where(missed, "no choice", "estimated")).all()
    # Time goes on: parameters have estimates, and nothing is predicted.
    assert after[["alpha", "beta_sd", "alpha_smooth"]].notna().all(axis=None)
    for name in ("p_action_0", "p_choice", "action_code"):
        assert after[name].isna().to_numpy().tolist() == missed.tolist()
    assert after["choice"].tolist() == pd.read_csv("my.csv")["choice"].tolist()
    assert after["age"].dtype == "int64" or str(after["age"].dtype) == "Int64"
    metadata = read_metadata("out.parquet")
    assert "time goes on" in metadata["missed"]
    assert "3.5 times a session" in metadata["dynamics"]


def test_rows_without_a_choice_that_are_no_trials_can_be_left_out(run, tmp_path):
    content, missed = with_words()
    result = run(content, "--reward-map", "win=1,loss=0", "--out", "out.parquet", "--skip-missed")
    assert result.exit_code == 0, result.output
    assert "4 rows without a choice, of 2, are left out of the estimation" in result.output
    assert "--skip-missed --reward-map" in result.output
    after = pd.read_parquet("out.parquet")
    assert (after["row_status"].to_numpy() == np.where(missed, "no choice", "estimated")).all()
    assert after["alpha"].isna().to_numpy().tolist() == missed.tolist()
    # What is left out counts as if it had not been there.
    rest = pd.read_csv("my.csv")[~missed]
    again = trnn.estimate(rest, "q_learning", reward_map={"win": 1, "loss": 0}, particles=400)
    np.testing.assert_array_equal(after.loc[~missed, "alpha"], again["alpha"])


def test_points_and_decimal_commas(run, tmp_path):
    result = run(with_points())
    assert result.exit_code == 0, result.output
    after = check_own_columns(tmp_path / "my.csv", "my_estimates.csv", sep=";", encoding="latin-1")
    for words in ("Windows-1252", "decimal comma", "divided by 100", "--reward-scale 100"):
        assert words in result.output
    assert "'A' is action 0, 'B' is action 1" in result.output
    # The rows of two people are mixed: each gets the numbers of its own.
    frame = pd.read_csv("my.csv", sep=";", encoding="latin-1", decimal=",")
    frame["Punkte"] /= 100
    alone = trnn.estimate(frame[frame["VP"] == "p1"], "q_learning", reward_scale=1, particles=400)
    np.testing.assert_array_equal(after.loc[after["VP"] == "p1", "beta"], alone["beta"])


def test_the_page_carries_everybody_and_fetches_nothing(run):
    content, _ = with_words()
    run(content, "--reward-map", "win=1,loss=0")
    page = Path("my_estimates.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page.replace(plotly(page), ""))
    index = re.search(r'id="explorer-index">(.*?)</script>', page)[1]
    experiment = json.loads(index)["experiments"][0]
    columns = experiment["populations"]["human"]["columns"]
    subjects = experiment["groups"][0]["subjects"]
    assert [s["id"] for s in subjects] == ["p0", "p1"] and subjects[0]["blocks"] == [20, 20, 20]
    text = re.search(r'id="trials-0">(.*?)</script>', page)[1].strip()
    drawn = unpack(text, [Scale(c["low"], c["step"]) for c in columns])
    after = pd.read_csv("my_estimates.csv")
    own = after[after["participant"] == "p0"]
    assert [c["quantity"] for c in columns if c.get("gaps")] == ["action", "reward", "p_action_0"]
    assert drawn[0].tolist() == own["action_code"].fillna(-1).tolist()
    for column, values in zip(columns, drawn, strict=True):
        if column["estimator"] == "whole" and column["quantity"] == "beta":
            name = {"low": "beta_smooth_q05", "high": "beta_smooth_q95"}.get(
                column.get("edge"), "beta_smooth"
            )
            np.testing.assert_allclose(values, own[name], atol=1e-3)
    assert "of the variance, " in page and "(guessed)" in page


def plotly(page: str) -> str:
    """The plotting library, whose own text names addresses that it does not fetch."""
    return max(re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL), key=len)


def test_python_gives_what_the_command_gives(run):
    content, _ = with_words()
    run(content, "--reward-map", "win=1,loss=0", "--out", "out.parquet")
    frame = pd.read_csv("my.csv", index_col="trial", keep_default_na=False).sample(
        frac=1, random_state=1
    )
    options = {"reward_map": {"win": 1, "loss": 0}, "particles": 400}
    for data in (frame.reset_index().sort_values(["participant", "block", "trial"]), "my.csv"):
        found = trnn.estimate(data, "q_learning", **options)
        there = pd.read_parquet("out.parquet")
        for name in ("alpha", "beta_smooth_q95", "p_choice", "alpha_mc_error"):
            np.testing.assert_array_equal(found[name].to_numpy(), there[name].to_numpy())


def test_rows_and_index_stay_as_they_are():
    frame = plain()
    shuffled = frame.sort_values(["trial", "subject", "block"]).set_index("age")  # doubled labels
    # The rows of a block do not stand together: people with such tables sort them first.
    with pytest.raises(DataError, match="begins again after another"):
        trnn.estimate(shuffled, "q_learning", **QUICK)
    frame = frame.sort_values("trial", ascending=False).sort_values("block", kind="stable")
    frame = frame.set_index("age")
    copy = frame.copy()
    found = trnn.estimate(frame, "q_learning", **QUICK)
    pd.testing.assert_frame_equal(frame, copy)
    pd.testing.assert_frame_equal(found[list(frame.columns)], frame)
    assert "put in order of 'trial'" in found.attrs["assumed"]["order"]
    straight = trnn.estimate(plain(), "q_learning", **QUICK)
    keys = ["subject", "block", "trial"]
    pd.testing.assert_frame_equal(
        found.sort_values(keys)[[*keys, "alpha"]].reset_index(drop=True),
        straight.sort_values(keys)[[*keys, "alpha"]].reset_index(drop=True),
    )


def test_numbers_do_not_depend_on_who_else_is_there():
    two, five = (trnn.estimate(plain(n), "q_learning", particles=400) for n in (2, 5))
    columns = [name for name in two if name.startswith(("alpha", "beta", "p_"))]
    pd.testing.assert_frame_equal(five.iloc[: len(two)][columns], two[columns], check_exact=True)
    one_core = trnn.estimate(plain(2), "q_learning", particles=400, cores=1)
    pd.testing.assert_frame_equal(one_core[columns], two[columns], check_exact=True)


def test_the_numbers_are_the_pipelines():
    ranges = {"alpha": (0, 0.5), "beta": (0, 10)}
    keys = ("study", "bayes", "human")
    found = trnn.estimate(
        plain(), "q_learning", ranges=ranges, hazard=0.02, keys=keys, seed=3, particles=800
    )
    bounds = {name: Range(low=low, high=high) for name, (low, high) in ranges.items()}
    given = (
        get_model("q_learning"),
        motions_of(Switching(kind="switching", hazard=0.02), bounds),
        from_frame(plain().assign(trial=plain()["trial"] - 1)),
    )
    filtered = particle_filter(*given, Particles(n_particles=800), 3, *keys)
    smoothed = smooth(*given, Smoother(), 3, *keys)
    for i, name in enumerate(ranges):
        for column, array in (
            (name, filtered.posterior.mean[:, :, i]),
            (f"{name}_sd", filtered.posterior.sd[:, :, i]),
            (f"{name}_q95", filtered.posterior.quantiles[:, :, i, 4]),
            (f"{name}_mc_error", filtered.error[:, :, i]),
            (f"{name}_smooth", smoothed.posterior.mean[:, :, i]),
            (f"{name}_smooth_q05", smoothed.posterior.quantiles[:, :, i, 0]),
        ):
            np.testing.assert_array_equal(found[column].to_numpy(), array.ravel())


def test_a_person_who_cannot_be_used_is_named_and_left_out(run):
    frame = plain(3)
    frame["reward"] = frame["reward"].astype(object)
    frame.loc[70, "reward"] = "lots"
    result = run(frame.to_csv(index=False).encode())
    assert result.exit_code == SOME_LEFT_OUT
    assert "2 people, 120 trials (60 each), 6 blocks; 1 left out" in result.output
    assert "p1: column 'reward', line 72: 'lots': expected the choice's reward" in result.output
    after = pd.read_csv("my_estimates.csv")
    out = after["subject"] == "p1"
    assert (after.loc[out, "row_status"] == "person left out").all()
    assert after["alpha"].isna().tolist() == out.tolist()
    with pytest.warns(UserWarning, match="1 left out: p1: column 'reward', row 70"):
        found = trnn.estimate(frame, "q_learning", **QUICK)
    assert list(found.attrs["left_out"]) == ["p1"]


def test_nothing_is_written_where_nobody_can_be_estimated(run, tmp_path):
    frame = plain().assign(reward="?")
    result = run(frame.to_csv(index=False).encode())
    assert isinstance(result.exception, DataError)
    assert [p.name for p in tmp_path.iterdir()] == ["my.csv"]


def test_what_is_said_repeats_the_numbers(run):
    result = run(with_points(), "--no-smooth")
    line = next(x for x in result.output.splitlines() if x.strip().startswith("trnn estimate"))
    first = pd.read_csv("my_estimates.csv")
    words = line.split()[2:]
    again = CliRunner().invoke(app, ["estimate", *words, "--out", "again.csv"])
    assert again.exit_code == 0, again.output
    assert "guessed)" not in again.output
    pd.testing.assert_frame_equal(pd.read_csv("again.csv"), first, check_exact=True)


def test_people_may_have_hazards_of_their_own(run):
    hazards = (0.01, 0.04, 0.16)
    result = run(plain(2).to_csv(index=False).encode(), "--hazard", "0.01, 0.04,0.16")
    assert result.exit_code == 0, result.output
    words = "any of 0.01, 0.04, 0.16 equally likely (log-uniform, on a grid), on each trial"
    assert f"with a probability of the person's own, {words}" in result.output
    assert "--hazard 0.01,0.04,0.16" in result.output
    found = trnn.estimate(plain(2), "q_learning", hazard=hazards, particles=400)
    for end in ("", "_smooth"):
        p = found[[f"p_hazard_{i}{end}" for i in (1, 2, 3)]].to_numpy()
        np.testing.assert_allclose(p.sum(axis=1), 1)
        np.testing.assert_allclose(found[f"log_hazard{end}"], p @ np.log(hazards))
        assert (found[[f"log_hazard{end}_sd", f"log_hazard{end}_mc_error"]] >= 0).all(axis=None)
        about = found.attrs["described"][f"p_hazard_2{end}"]
        assert about[0].startswith("P(the person's hazard is 0.04), given the ")
    first = found.groupby("subject").head(1)
    np.testing.assert_allclose(first["p_hazard_1"], 1 / 3)
    assert (found.groupby("subject")["p_hazard_1_smooth"].nunique() == 1).all()
    written = pd.read_csv("my_estimates.csv")
    pd.testing.assert_frame_equal(written[["log_hazard", "alpha"]], found[["log_hazard", "alpha"]])
    assert "log_hazard" not in trnn.estimate(plain(), "q_learning", hazard=[0.04], **QUICK)


def test_numbers_of_the_command_are_read_as_themselves():
    for number in (0.0025, 1.0, 1 / 3, 1234567.25, 1e-12, 0.1 + 0.2):
        assert float(exact(number)) == number
    assert exact(10.0) == "10" and exact(0.5) == "0.5"
    options = options_of(model="q_learning", hazard=1 / 300, ranges={"alpha": (0.0, 1 / 3)})
    assert f"--hazard {1 / 300!r}" in command("my.csv", options)
    assert f"alpha=0:{1 / 3!r}" in command("my.csv", options)


def test_estimates_of_estimates_keep_both():
    once = trnn.estimate(plain(), "q_learning", **QUICK)
    twice = trnn.estimate(once, "q_learning", dynamics="stationary", **QUICK)
    assert {"alpha", "trnn_alpha", "trnn_row_status"} <= set(twice)
    pd.testing.assert_series_equal(twice["alpha"], once["alpha"])
    with pytest.raises(DataError, match="are there already"):
        trnn.estimate(twice, "q_learning", **QUICK)


@pytest.mark.parametrize("dynamics", ["switching", "stationary", "random_walk"])
def test_all_dynamics_of_all_models(dynamics):
    for model in ("q_learning_perseveration", "hybrid_exploration"):
        found = trnn.estimate(plain(1), model, dynamics=dynamics, particles=400)
        names = get_model(model).names
        numbers = found[[*names, *(f"{name}_smooth" for name in names), "p_action_0"]]
        assert np.isfinite(numbers.to_numpy()).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "give either a model or a network"),
        ({"model": "q_lerning"}, "Did you mean 'q_learning'"),
        ({"model": "q_learning", "ranges": {"gamma": (0, 1)}}, "has no parameter"),
        ({"model": "q_learning", "ranges": {"alpha": (1, 0)}}, "low below high"),
        ({"model": "q_learning", "dynamics": "walk"}, "expected one of"),
        ({"model": "q_learning", "hazard": 2.0}, "expected a probability"),
        ({"model": "q_learning", "hazard": (0.1, 2)}, "got 0.1, 2; expected a probability"),
        ({"model": "q_learning", "hazard": ()}, "expected a probability"),
        ({"model": "q_learning", "hazard": (0.2, 0.1)}, "ascending order"),
        ({"model": "q_learning", "hazard": (0, 0.1)}, "above 0"),
        ({"model": "q_learning", "particles": 1}, "expected 4 or more"),
        ({"model": "q_learning", "actoin": "a"}, "unknown"),
        ({"model": "q_learning", "reward_scale": 0.0}, "above 0"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        trnn.estimate(plain(), **options)


def test_a_hazard_that_is_no_number_is_refused(run):
    result = run(plain().to_csv(index=False).encode(), "--hazard", "0.1,often")
    assert isinstance(result.exception, ConfigError)
    assert "--hazard: got '0.1,often'; expected a number" in str(result.exception)


def test_importing_the_package_imports_no_library():
    code = (
        "import sys, trnn; assert not {'numpy', 'pandas', 'torch', 'numba'} & set(sys.modules);"
        "import trnn.cli, trnn.anybody.page; trnn.estimate; assert 'torch' not in sys.modules;"
        "assert 'statsmodels' not in sys.modules and 'snakemake' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- a model of one's own -------------------------------------------------------------------------

OWN_MODEL = (Path(__file__).parents[1] / "theory/two_rates.py").read_text()


def test_a_model_of_ones_own_estimates_a_table_and_is_named_with_its_equations(run, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/mine.py").write_text(OWN_MODEL)
    own = ["--model", "models/mine.py", "--particles", "200", "--no-smooth", "--no-page"]
    result = run(plain().to_csv(index=False).encode(), *own, "--out", "out.parquet")
    assert result.exit_code == 0, result.output
    assert "two_rates: rate of better alpha_up in [0, 1]" in result.output
    assert "of the file models/mine.py:TwoRates, equations " in result.output
    assert "--model models/mine.py:TwoRates" in result.output  # said in full
    after = pd.read_parquet("out.parquet")
    assert after["forgetting"].dropna().between(0, 0.5).all() and after["forgetting_sd"].min() > 0
    digest = equations_digest(sources_of(Path("models/mine.py")))[:16]
    assert digest in read_metadata("out.parquet")["model"]


def test_a_model_of_ones_own_that_cannot_be_used_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame({"choice": [0, 1] * 5, "reward": [1, 0] * 5})
    for text, words in (
        (OWN_MODEL.replace("return beta", "return betta"), r"mine\.py.* cannot be compiled.*betta"),
        (OWN_MODEL.replace("return 0.0, 0.0", "return 0.0, 0.0,,"), r"mine\.py:\d+: not valid Py"),
    ):
        Path("mine.py").write_text(text)
        with pytest.raises(ConfigError, match=words):
            trnn.estimate(table, "mine.py:TwoRates")
    with pytest.raises(ConfigError, match=f"no file none.py; looked for {tmp_path}/none.py"):
        trnn.estimate(table, "none.py:TwoRates")
    with pytest.raises(ConfigError, match=r"--model path/to/file\.py:Class of your own"):
        trnn.estimate(table)
