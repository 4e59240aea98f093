"""Every figure: nothing clipped or overlapping, and its table is what it shows."""

import numpy as np
import pandas as pd
import pytest

from tests.figures import reading
from tests.figures.fakes import (
    FIGURES,
    FULL,
    PEOPLE,
    SMALL,
    Size,
    draw,
    experiment_of,
    of_people,
    tables,
)
from trnn.figures.schemas import FIGURE
from trnn.figures.style import STAND_IN_NOTE
from trnn.tables.parquet import check_frame

# As wide as real tables make them: counts of people, values, lengths of blocks.
WIDE = {
    "artificial": Size(4, 10, 100),
    "dezfouli": Size(12, 3, 109),
    "gershman": FULL["gershman"],
    "dezfouli_chosen": Size(12, 3, 109),
    "gershman_chosen": FULL["gershman_chosen"],
    "recovery_one": Size(4, 10, 100),
    "recovery_three": Size(4, 10, 100),
}


@pytest.fixture(scope="module")
def made():
    """Tables and figures, each made once."""
    cache: dict = {}

    def make(name, size):
        experiment = experiment_of(name)
        key = (experiment, size)
        if key not in cache:
            cache[key] = tables(experiment, size)
        if (name, size) not in cache:
            drawn = draw(name, cache[key], simulated=experiment in PEOPLE)
            cache[name, size] = (reading.rendered(drawn[0]), drawn[1])
        return (*cache[name, size], cache[key])

    return make


@pytest.mark.parametrize("sizes", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_or_overlaps(made, name, sizes):
    figure, source, _ = made(name, sizes[experiment_of(name)])
    check_frame(source, FIGURE, name)
    assert len(source) > 0
    assert reading.clipped(figure) == []
    assert reading.overlapping(figure) == []


@pytest.mark.parametrize("name", [name for name in FIGURES if name.endswith("/identifiability")])
def test_titles_of_maps_end_before_the_colour_bar(made, name):
    figure, *_ = made(name, WIDE[experiment_of(name)])
    *panels, bar = figure.axes
    edge = bar.get_window_extent().x0
    assert max(axes.title.get_window_extent().x1 for axes in panels) < edge


@pytest.mark.parametrize("name", FIGURES)
def test_the_table_holds_what_is_drawn(made, name):
    figure, source, _ = made(name, SMALL[experiment_of(name)])

    def rows(kind):
        return source[source["kind"] == kind]

    series = [
        (key[1], tuple(part["x"]), tuple(part["y"]))
        for key, part in rows("line").groupby(["panel", "series"])
    ]
    assert reading.lines(figure) == sorted(series)
    bars = rows("bar")
    drawn = reading.boxes(figure, "bar")
    np.testing.assert_allclose(
        drawn, sorted((x, 0, y) for x, y in zip(bars["x"], bars["y"], strict=True)), atol=1e-12
    )
    bins = rows("bin")
    np.testing.assert_allclose(
        reading.boxes(figure, "bin"),
        sorted((x, 0, y) for x, y in zip(bins["x"], bins["y"], strict=True)),
        atol=1e-12,
    )
    box = rows("box")
    np.testing.assert_allclose(
        reading.boxes(figure, "box"),
        sorted(zip(box["x"], box["y_low"], box["y_high"], strict=True)),
        atol=1e-12,
    )
    for kind, got in (("point", reading.points(figure)), ("choice", reading.choices(figure))):
        kept = rows(kind)
        assert got == sorted(zip(kept["x"], kept["y"], strict=True))
    stretches = [c for a in figure.axes for c in a.collections if c.get_gid() == "stretch"]
    assert sorted(tuple(c.get_segments()[0][:, 0]) for c in stretches) == sorted(
        zip(rows("mark")["x_low"].dropna(), rows("mark")["x_high"].dropna(), strict=True)
    )
    at = rows("reference")["y"].fillna(rows("reference")["x"])
    assert reading.references(figure) == sorted(at)
    marked = [t.get_text() for a in figure.axes for t in a.texts if t.get_gid() == "mark"]
    assert sorted(marked) == sorted(rows("mark")["label"])


@pytest.mark.parametrize("name", FIGURES)
def test_bands_are_the_intervals_of_the_table(made, name):
    figure, source, _ = made(name, SMALL[experiment_of(name)])
    banded = source[(source["kind"] == "line") & source["y_low"].notna()]
    expected = sorted(
        (part["y_low"].min(), part["y_high"].max())
        for _, part in banded.groupby(["panel", "series"])
    )
    drawn = []
    for axes in figure.axes:
        for band in axes.collections:
            if type(band).__name__ == "FillBetweenPolyCollection":
                y = np.concatenate([path.vertices[:, 1] for path in band.get_paths()])
                drawn.append((y.min(), y.max()))
    np.testing.assert_allclose(sorted(drawn), expected)


@pytest.mark.parametrize("name", FIGURES)
def test_stand_ins_are_named_on_figures_of_people_alone(made, name):
    figure, _, _ = made(name, SMALL[experiment_of(name)])
    shown = [text.get_text() for text in reading.texts(figure)]
    assert (STAND_IN_NOTE in shown) == of_people(name)


@pytest.mark.parametrize(
    "name",
    ["dezfouli/errors_of_people", "dezfouli/course_by_group_kappa", "gershman/against_better_arm"],
)
def test_real_people_are_not_called_stand_ins(made, name):
    experiment = experiment_of(name)
    _, _, data = made(name, SMALL[experiment])
    figure, _ = draw(name, data)
    assert not any("stand-in" in text.get_text() for text in reading.texts(figure))


@pytest.mark.parametrize("name", FIGURES)
def test_axes_are_labelled(made, name):
    figure, source, _ = made(name, SMALL[experiment_of(name)])
    shown = {text.get_text() for text in reading.texts(figure)}
    labels = set(source["y_axis"].dropna()) | set(source["x_axis"].dropna())
    # A choice is placed beside the probability, and the histogram's axis adds how many there are.
    missing = {label for label in labels - {"action"} if not any(label in s for s in shown)}
    assert missing == set()


@pytest.mark.parametrize("size", [Size(1, 2, 1), Size(2, 2, 12)])
@pytest.mark.parametrize("name", FIGURES)
def test_tiny_tables_are_drawn(name, size):
    experiment = experiment_of(name)
    data = tables(experiment, size)
    figure, source = draw(name, data, simulated=True)
    check_frame(source, FIGURE, name)
    assert reading.clipped(reading.rendered(figure)) == []


@pytest.mark.parametrize(
    "name",
    [
        "gershman/against_better_arm",
        "gershman/around_actions",
        "gershman/accuracy_by_difficulty",
        "gershman/beta_by_difficulty",
        "gershman/gamma_by_difficulty",
    ],
)
def test_missing_events_are_said(name):
    data = tables("gershman", SMALL["gershman"])
    people = data["human_trials"]
    # Differences of 5 points, the better arm always chosen: no such block and no such action.
    data["human_trials"] = people.assign(mu_0=5.0, mu_1=0.0, action=0)
    figure, source = draw(name, data)
    assert "no such trials" in {text.get_text() for text in reading.texts(figure)}
    assert "against the better arm" not in set(source["series"])


def test_people_without_groups_are_no_error():
    data = tables("dezfouli", SMALL["dezfouli"])
    data["human_trials"]["group"] = pd.Series(None, index=data["human_trials"].index, dtype="str")
    for name in ("dezfouli/perseveration_by_group", "dezfouli/course_by_group_kappa"):
        _, source = draw(name, data)
        assert source.empty
