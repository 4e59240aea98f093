"""From tables to files."""

import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ger2024.figures.catalogue import CATALOGUE
from tests.figures.fakes import ABOUT, SMALL, draw, tables
from trnn.errors import TableError
from trnn.figures import save
from trnn.figures.figure_stage import figure_stage
from trnn.figures.schemas import FIGURE
from trnn.tables.parquet import Provenance, read_metadata, read_table


def _write(folder, experiment, data_source):
    """Write made-up tables as the pipeline would; return their paths by key."""
    paths = {}
    for key, frame in tables(experiment, SMALL[experiment]).items():
        paths[key] = folder / f"{key.replace(':', '_')}.parquet"
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table.replace_schema_metadata({"data_source": data_source}), paths[key])
    return paths


def _draw(name, paths, folder, data_source):
    files = {suffix: folder / f"{name}.{suffix}" for suffix in ("pdf", "png", "parquet")}
    experiment, kind = name.split("/")
    about = ABOUT[experiment]
    provenance = Provenance({"parameters": about.parameters}, seed=3, data_source=data_source)
    entry = CATALOGUE[kind]
    figure_stage(entry, experiment, paths, **files, about=about, provenance=provenance)
    return files


def test_a_figure_leaves_three_files_that_explain_themselves(tmp_path):
    paths = _write(tmp_path, "gershman", "simulated")
    files = _draw("gershman/around_actions", paths, tmp_path / "out", "simulated")
    assert files["pdf"].read_bytes().startswith(b"%PDF")
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    metadata = read_metadata(files["parquet"])
    assert (metadata["figure"], metadata["data_source"]) == ("gershman/around_actions", "simulated")
    data = tables("gershman", SMALL["gershman"])
    _, source = draw("gershman/around_actions", data, simulated=True)
    written = read_table(files["parquet"], FIGURE)
    pd.testing.assert_frame_equal(written, source, check_dtype=False)
    for field in pq.read_schema(files["parquet"]):
        assert field.metadata[b"description"]
    assert sorted(p.name for p in (tmp_path / "out/gershman").iterdir()) == sorted(
        p.name for p in files.values()
    )


@pytest.mark.parametrize("name", ["artificial/errors_of_agents", "gershman/around_actions"])
def test_equal_tables_make_equal_bytes(tmp_path, name):
    experiment = name.split("/")[0]
    source = "synthetic" if experiment == "artificial" else "real"
    paths = _write(tmp_path, experiment, source)
    first = _draw(name, paths, tmp_path / "a", source)
    time.sleep(1.1)  # a date in a file would be another by now
    second = _draw(name, paths, tmp_path / "b", source)
    for kind in first:
        assert first[kind].read_bytes() == second[kind].read_bytes(), kind


def test_the_png_has_300_dots_an_inch_and_the_width_of_a_column(tmp_path):
    from PIL import Image

    paths = _write(tmp_path, "gershman", "real")
    with Image.open(_draw("gershman/around_actions", paths, tmp_path, "real")["png"]) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.width / 300 * 25.4 == pytest.approx(85, abs=0.1)


def test_the_users_own_settings_change_nothing(tmp_path):
    import matplotlib as mpl

    paths = _write(tmp_path, "gershman", "real")
    plain = _draw("gershman/around_actions", paths, tmp_path / "a", "real")
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "savefig.dpi": 30}):
        other = _draw("gershman/around_actions", paths, tmp_path / "b", "real")
        assert mpl.rcParams["font.size"] == 20
    assert plain["png"].read_bytes() == other["png"].read_bytes()


@pytest.mark.parametrize("asked, made", [("real", "simulated"), ("simulated", "real")])
def test_stand_ins_and_people_are_not_confused(tmp_path, asked, made):
    paths = _write(tmp_path, "gershman", made)
    with pytest.raises(TableError, match=f"made of {made} people.*'{asked}'"):
        _draw("gershman/around_actions", paths, tmp_path / "out", asked)
    assert not (tmp_path / "out").exists()


def test_a_missing_table_is_named(tmp_path):
    paths = _write(tmp_path, "gershman", "real")
    with pytest.raises(TableError, match="estimates:trnn:human"):
        _draw("gershman/around_actions", {"human_trials": paths["human_trials"]}, tmp_path, "real")
    paths["human_trials"].unlink()
    with pytest.raises(TableError, match=r"human_trials\.parquet"):
        _draw("gershman/around_actions", paths, tmp_path, "real")


def test_estimates_of_other_trials_are_refused(tmp_path):
    paths = _write(tmp_path, "gershman", "real")
    frame = pd.read_parquet(paths["estimates:trnn:human"])
    frame.iloc[:-1].to_parquet(paths["estimates:trnn:human"])
    with pytest.raises(TableError, match="rows"):
        _draw("gershman/around_actions", paths, tmp_path / "out", "real")
    assert not (tmp_path / "out").exists()


def test_a_failing_write_leaves_no_half_written_picture(tmp_path, monkeypatch):
    paths = _write(tmp_path, "gershman", "real")

    def fail(self, path, **_):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(save.Figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        _draw("gershman/around_actions", paths, tmp_path / "out", "real")
    assert [p.suffix for p in (tmp_path / "out/gershman").iterdir()] == [".parquet"]
