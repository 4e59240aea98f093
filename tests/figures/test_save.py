"""A figure's files are the same, whatever the last digits of its layout."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from tests.figures import reading
from trnn.figures.save import save_figure, settle
from trnn.figures.schemas import FIGURE
from trnn.figures.style import applied, new_figure
from trnn.tables.parquet import Provenance


def a_figure() -> Figure:
    figure = new_figure(120, 60)
    for axes in figure.subplots(1, 2):
        axes.plot(np.linspace(0, 1, 30), np.linspace(-1, 1, 30) ** 3, label="a line")
        axes.set_xlabel("trial")
        axes.set_ylabel("value")
    figure.legend(loc="outside upper center")
    return figure


@pytest.mark.parametrize("size", [1e-12, 1e-3])
def test_a_layout_whose_last_digits_differ_gives_the_same_files(tmp_path, monkeypatch, size):
    source = pd.DataFrame(columns=FIGURE.names())
    original = Figure.draw_without_rendering

    def unsteady(self):
        original(self)
        for number, axes in enumerate(self.axes):
            axes.set_position(np.array(axes.get_position(original=True).bounds) + size * number)

    files = []
    for name, draw in (("steady", original), ("unsteady", unsteady)):
        monkeypatch.setattr(Figure, "draw_without_rendering", draw)
        paths = [tmp_path / f"{name}.{suffix}" for suffix in ("pdf", "png", "parquet")]
        save_figure(a_figure(), source, *paths, Provenance({}, seed=1))
        files.append([path.read_bytes() for path in paths[:2]])
    same = [one == other for one, other in zip(*files, strict=True)]
    # What can be seen, on the other hand, is not rounded away.
    assert same == [size < 1e-6] * 2


@pytest.mark.parametrize("width", np.linspace(38, 50, 13))
def test_labels_as_long_as_an_axis_fit_at_the_resolution_of_the_file(width):
    with applied():
        figure = new_figure(2 * width, width)
        for axes in figure.subplots(1, 2):
            axes.plot([0, 1], [0, 1])
            axes.set_xlabel("score among agents (0.5: typical)")
            axes.set_ylabel("mean -log P(choice) under the filter")
        settle(figure)
        assert figure.dpi == 300
        figure.draw_without_rendering()
    assert not reading.clipped(figure)


def test_names_with_dollars_are_drawn_as_they_are(tmp_path):
    with applied():
        figure = new_figure(60, 40)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label=r"cost $\frac{$")
        figure.legend(loc="outside upper center")
    paths = [tmp_path / f"dollars.{suffix}" for suffix in ("pdf", "png", "parquet")]
    save_figure(figure, pd.DataFrame(columns=FIGURE.names()), *paths, Provenance({}, seed=1))
    assert all(path.is_file() for path in paths)
