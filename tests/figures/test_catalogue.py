"""The catalogue: complete, and readable without a plotting library."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import trnn.figures
from trnn.errors import ConfigError
from trnn.estimators.registry import ESTIMATORS
from trnn.figures.captions import CAPTIONS
from trnn.figures.catalogue import CATALOGUE, entry, figures_of
from trnn.workflow.modules import modules_of

EXPECTED = {
    "artificial": [
        *("2a", "2b", "s1_artificial", "s5_artificial"),
        *("s7_artificial", "s8_artificial", "s9_artificial", "s10_artificial"),
        "s12_artificial",
    ],
    "dezfouli": [
        *("3a", "3b", "3c", "3d", "3e", "s3e_alpha", "s3e_beta"),
        *("s2_dezfouli", "s4_dezfouli", "s5_dezfouli", "s6_dezfouli"),
        *("s7_dezfouli", "s8_dezfouli", "s9_dezfouli", "s10_dezfouli"),
        *("s12_dezfouli", "s13_dezfouli", "s14_dezfouli"),
    ],
    "gershman": [
        *("4a", "4b", "4c", "4d", "4e", "4f", "s4_gershman", "s5_gershman", "s6_gershman"),
        *("s7_gershman", "s8_gershman", "s9_gershman", "s10_gershman"),
        *("s12_gershman", "s13_gershman", "s14_gershman"),
    ],
    "recovery_one": ["s1_recovery_one", "s5_recovery_one"],
    "recovery_three": ["s1_recovery_three", "s5_recovery_three"],
}


@pytest.mark.parametrize("experiment", EXPECTED)
def test_every_figure_of_an_experiment_is_there(experiment):
    assert figures_of([experiment]) == [f"figure_{name}" for name in EXPECTED[experiment]]


def test_a_run_of_two_experiments_has_the_figures_of_both():
    assert len(figures_of(["artificial", "gershman"])) == 25
    assert figures_of([]) == []


def test_inputs_are_tables_of_the_design():
    plain = {"metrics", "statistics", "findings", "test_trials", "human_trials"}
    plain |= {"recovery_fits", "training", "drnn_training", "calibration", "optimality"}
    plain |= {
        "identifiability",
        "identifiability_moving",
        "nonstationarity",
        "nonstationarity_rates",
    }
    plain |= {"misspecification_features", "predictive"}
    estimates = re.compile(rf"estimates:({'|'.join(e.name for e in ESTIMATORS)}):(test|human)")
    for figure in CATALOGUE.values():
        assert figure.inputs
        for key in figure.inputs:
            assert key in plain or estimates.fullmatch(key), key
            assert ("human" in key) <= figure.of_people


def test_training_stands_for_the_history_of_every_network_and_seed():
    figure = entry("figure_s5_dezfouli")
    keys = figure.keys({"trnn": [0, 1], "trnn_unlinked": [0]})
    assert keys == ["training:trnn:0", "training:trnn:1", "training:trnn_unlinked:0"]
    both = {"trnn": [0], "drnn": ["bipolar", "healthy"], "drnn_pooled": ["all"]}
    assert figure.keys(both) == ["training:trnn:0"]
    assert entry("figure_s6_dezfouli").keys(both) == [
        "drnn_training:drnn:bipolar",
        "drnn_training:drnn:healthy",
        "drnn_training:drnn_pooled:all",
    ]
    assert all(figure.needs(key) for key in keys)
    assert not figure.needs("metrics")
    assert figure.missing([]) == ["training"]
    assert figure.missing(keys) == []
    assert not figure.of_people  # it is of simulated agents
    other = entry("figure_3a")
    assert other.keys({"trnn": [0]}) == ["metrics", "statistics"]
    assert other.missing(["metrics"]) == ["statistics"]


def test_every_figure_has_a_title_and_a_caption_of_one_to_four_sentences():
    assert set(CAPTIONS) == set(CATALOGUE)
    for figure in CATALOGUE.values():
        assert figure.title and not figure.title.endswith(".")
        sentences = re.split(r"\. (?=[A-Z])", figure.caption)
        assert 1 <= len(sentences) <= 4, (figure.name, sentences)
        assert figure.caption.endswith(".")


def test_an_unknown_figure_is_named_with_those_that_there_are():
    with pytest.raises(ConfigError, match=r"unknown figure 'figure_9'.*figure_2a"):
        entry("figure_9")


def test_reading_the_catalogue_needs_no_plotting_library():
    code = (
        "import sys, trnn.figures.catalogue as c; c.figures_of(['gershman']);"
        "print(sorted({'matplotlib', 'pandas', 'torch'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.decode().strip() == "[]"


def test_a_changed_drawing_module_makes_its_figures_stale(tmp_path):
    script = tmp_path / "figure.py"
    script.write_text("from trnn.figures.stage import figure_stage\n")
    found = {Path(path).name for path in modules_of(script)}
    assert {path.name for path in Path(trnn.figures.__path__[0]).glob("*.py")} <= found
