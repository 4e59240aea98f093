"""Networks in one file with a card: packed, found by name, refused when they are not as packed."""

import json

import pandas as pd
import pytest
import torch
from typer.testing import CliRunner

import trnn
from tests.anybody.made import plain
from trnn.anybody import shipped
from trnn.anybody.pack import pack, write_index
from trnn.anybody.packed import read_card, write_packed
from trnn.anybody.run_networks import run_networks
from trnn.checks.calibration.calibration_table import CALIBRATION, OPTIMALITY
from trnn.cli import app
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import CheckpointError, ConfigError, DataError
from trnn.estimators.trnn.checkpoint import new_network, write_checkpoint
from trnn.tables.layout import file_of
from trnn.tables.parquet import Provenance, write_table

NAME = "artificial"
MOST = 5_000_000  # bytes of all networks that come with the package


def table(schema, rows):
    """A table of a schema, from rows that leave out what is null."""
    empty = {column.name: None for column in schema.columns}
    return pd.DataFrame([empty | row for row in rows])


def calibration():
    own = {"estimator": "trnn", "dynamics": "switching", "parameter": "alpha", "by": "session"}
    own |= {"bin": "all", "position": 0, "n": 9, "n_trials": 90, "deviation": 0.0}
    own |= {"ci_low": 0.4, "ci_high": 0.95}
    narrow = own | {"measure": "coverage_50", "nominal": 0.5, "share": 0.48}
    wide = own | {"measure": "coverage_90", "nominal": 0.9, "share": 0.91}
    tenth = wide | {"by": "tenth", "share": 0.77}
    other = wide | {"estimator": "bayes", "share": 0.88}
    return table(CALIBRATION, [narrow, wide, tenth, other])


def optimality():
    own = {"criterion": "above_optimum", "population": "test", "dynamics": "switching", "n": 9}
    own |= {"measure": "bce", "estimator": "trnn", "reference": "bayes", "mean": 0.4}
    own |= {"value": 0.53, "ci_low": 0.2, "ci_high": 0.8, "unit": "%"}
    own |= {"interval": "bootstrap over subjects", "target": 1.0, "rule": "<=", "met": True}
    people = own | {"population": "human", "group": "all", "dynamics": None, "value": 77.7}
    return table(OPTIMALITY, [own, people])


@pytest.fixture(scope="module")
def results(tiny_experiments, tmp_path_factory):
    """A run's folder: two networks, one that reads whole sessions, and tables for the card."""
    folder, experiment = tmp_path_factory.mktemp("results"), tiny_experiments[NAME]
    for network, seeds in (("trnn", (0, 1)), ("trnn_smooth", (0,))):
        own = from_view(view(experiment, network))
        for seed in seeds:
            names = {"experiment": NAME, "network": network, "part": f"seed{seed}"}
            weights = new_network(own, 3, seed).state_dict()
            write_checkpoint(folder / file_of("checkpoint", **names), own, weights, 3, seed, "d")
    (folder / NAME / "checkpoints/trnn/seed7.state.pt").write_text("of a training that goes on")
    made = Provenance({}, 1)
    write_table(calibration(), folder / file_of("calibration", experiment=NAME), CALIBRATION, made)
    write_table(optimality(), folder / file_of("optimality", experiment=NAME), OPTIMALITY, made)
    return folder


@pytest.fixture(scope="module")
def packed(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("packed") / f"{NAME}.npz"
    pack(results, run_networks(results / NAME), path, "somebody")
    return path


@pytest.fixture()
def named(packed, monkeypatch):
    """The packed file as one that comes with the package."""
    write_index([packed], packed.parent / shipped.INDEX)
    monkeypatch.setattr(shipped, "FOLDER", packed.parent)
    return NAME


def checkpoints(results):
    return sorted((results / NAME / "checkpoints").glob("*/seed?.pt"))


def test_estimates_are_those_of_the_checkpoints_to_the_bit(results, packed, named):
    frame = plain(2)
    there = trnn.estimate(frame, network=checkpoints(results))
    assert {"alpha", "alpha_sd", "alpha_smooth", "p_action_0"} <= set(there)
    for given in (packed, named):
        found = trnn.estimate(frame, network=given)
        pd.testing.assert_frame_equal(found, there, check_exact=True)
    told = found.attrs["assumed"]
    assert told["method"] == f"network of experiment '{NAME}' ({NAME})"
    assert told["trained by"].startswith("somebody, commit ") and told["trained by"].endswith(" 3")
    assert told["calibration"].startswith("trnn: 90% intervals hold 91% to 91%")


def test_without_smoothing_networks_that_read_whole_sessions_are_left_out(packed, results):
    found = trnn.estimate(plain(1), network=packed, smooth=False)
    assert "alpha" in found and "alpha_smooth" not in found
    with pytest.raises(ConfigError, match="reads whole sessions alone"):
        trnn.estimate(plain(1), network=checkpoints(results)[-1], smooth=False)


def test_packing_again_gives_the_same_bytes(results, packed, tmp_path):
    pack(results, run_networks(results / NAME), tmp_path / "again.npz", "somebody")
    assert (tmp_path / "again.npz").read_bytes() == packed.read_bytes()


def test_the_card_says_what_was_trained_by_whom_and_how_well_it_does(packed, tiny_experiments):
    card = read_card(packed, "it")
    assert [own["network"] for own in card["networks"]] == ["trnn", "trnn", "trnn_smooth"]
    assert [own["training_seed"] for own in card["networks"]] == [0, 1, 0]
    trained = card["networks"][0]
    assert trained["experiment"] == view(tiny_experiments[NAME], "trnn")
    assert {"git_commit", "torch"} <= set(trained["versions"]) and trained["run_seed"] == 3
    assert [row["share"] for row in card["calibration"]] == [0.48, 0.91]
    # People's numbers are not in it.
    assert [row["value"] for row in card["optimality"]] == [0.53]
    assert "77.7" not in json.dumps(card)


def test_the_commands_pack_and_show_a_card(results, named, tmp_path):
    run = CliRunner().invoke
    out = tmp_path / "own.npz"
    done = run(app, ["pack", str(results / NAME), "-o", str(out), "--by", "me"])
    assert done.exit_code == 0 and out.is_file(), done.output
    text = run(app, ["card", str(out)]).output
    assert "- trained by: me" in text and "alpha in [0, 1]" in text
    assert "0.480 (0.400 to 0.950)" in text and "0.53 % (0.2 to 0.8)" in text
    assert "<= 1: met" in text and "the whole session" in text
    assert run(app, ["card"]).output == f"{NAME}\n"
    assert json.loads(run(app, ["card", NAME, "--json"]).output)["trained_by"] == "somebody"


def test_a_card_without_tables_says_that_nothing_was_measured(results, tmp_path):
    run, out = CliRunner().invoke, tmp_path / "bare.npz"
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "checkpoints").symlink_to(results / NAME / "checkpoints")
    pack(tmp_path, run_networks(tmp_path / NAME), out, None)
    text = run(app, ["card", str(out)]).output
    assert text.count("Not measured") == 2 and "- trained by: not said" in text


def test_data_that_do_not_fit_are_refused(packed):
    with pytest.raises(DataError, match="nobody can be estimated"):
        trnn.estimate(plain(1).assign(reward=2.5), network=packed)


def test_an_altered_file_of_the_package_is_refused(packed, named):
    content = packed.read_bytes()
    try:
        packed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(CheckpointError, match=r"was damaged or altered: its SHA-256 is .* exp"):
            trnn.estimate(plain(1), network=named)
        packed.unlink()
        with pytest.raises(CheckpointError, match=r"is missing\. Install the package again"):
            trnn.estimate(plain(1), network=named)
    finally:
        packed.write_bytes(content)


def test_a_damaged_packed_file_and_a_later_format_are_refused(packed, tmp_path):
    content = packed.read_bytes()
    spoilt = tmp_path / "spoilt.npz"
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    for own in (content[:middle], flipped, b"no"):
        spoilt.write_bytes(own)
        with pytest.raises(CheckpointError, match=r"spoilt\.npz: not a readable"):
            trnn.estimate(plain(1), network=spoilt)
    write_packed(spoilt, {"format": 99}, [])
    with pytest.raises(CheckpointError, match="packed in format 99, this version reads 1"):
        trnn.estimate(plain(1), network=spoilt)
    card = read_card(packed, "it")
    write_packed(spoilt, card, [{"weight": torch.zeros(3)}] * 3)
    with pytest.raises(CheckpointError, match="not a readable file of networks"):
        trnn.estimate(plain(1), network=spoilt)


def test_a_name_that_is_not_there_and_folders_without_networks_are_refused(
    results, named, tmp_path
):
    with pytest.raises(CheckpointError, match=r"artifical: there is no such file.*\(artificial\)"):
        trnn.estimate(plain(1), network="artifical")
    with pytest.raises(CheckpointError, match="no trained network is there"):
        run_networks(tmp_path)
    own = tmp_path / NAME / "checkpoints"
    (own / "trnn").mkdir(parents=True)
    (own / "trnn" / "seed0.pt").write_bytes(checkpoints(results)[0].read_bytes())
    with pytest.raises(CheckpointError, match=r"\['seed1.pt'\] are missing, of 2 networks"):
        run_networks(tmp_path / NAME)


def test_what_comes_with_the_package_is_what_its_index_says():
    names = shipped.shipped_names()
    files = [shipped.shipped(name) for name in names]  # refuses another digest
    assert [read_card(path, str(path))["name"] for path in files] == names
    there = sorted(path for path in shipped.FOLDER.iterdir() if path.name != shipped.INDEX)
    assert there == sorted(files)
    assert sum(path.stat().st_size for path in files) <= MOST
