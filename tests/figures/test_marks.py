"""No figure holds a significance mark that the statistics table does not."""

import pytest

from tests.figures.fakes import FIGURES, PARAMETERS, SMALL, draw, experiment_of, tables
from trnn.errors import TableError
from trnn.figures import artists
from trnn.figures.marks import check_marks, mark_of, mark_with_p

# Figures whose comparisons the statistics hold, and how many marks the made-up tables give.
MARKED = {
    # Measures, all agents and each dynamics, estimators.
    "artificial/errors_of_agents": 3 * 4 * 3,
    "dezfouli/errors_of_agents": 4 * 4 * 3,
    "gershman/errors_of_agents": 3 * 4 * 3,
    "dezfouli_chosen/errors_of_agents": 6 * 4 * 3,
    "gershman_chosen/errors_of_agents": 5 * 4 * 3,
    "recovery_one/errors_of_agents": 2 * 2 * 3,
    "recovery_three/errors_of_agents": 4 * 2 * 3,
    "dezfouli/errors_of_people": 4 * 5,
    "dezfouli_chosen/errors_of_people": 4 * 5,
    "dezfouli/perseveration_by_group": 3,
    "dezfouli/perseveration_and_staying": 1,
    "gershman/errors_of_people": 5,
    "gershman_chosen/errors_of_people": 5,
    "recovery_one/recovery": 1,
    "artificial/recovery": 2,
    "recovery_three/recovery": 3,
    "dezfouli/variants": 2 * 4,
    "gershman/variants": 2,
    "dezfouli_chosen/variants": 2 * 4,
    "gershman_chosen/variants": 2,
}
COURSES = tuple(
    f"{experiment}/{kind}"
    for experiment in ("gershman", "gershman_chosen")
    for kind in (
        "around_actions",
        "accuracy_by_difficulty",
        "beta_by_difficulty",
        "gamma_by_difficulty",
    )
)


@pytest.fixture(scope="module")
def data():
    return {experiment: tables(experiment, SMALL[experiment]) for experiment in PARAMETERS}


def _drawn(name, data, **other):
    experiment = experiment_of(name)
    given = data[experiment] | other
    figure, source = draw(name, given)
    return figure, source, given["statistics"]


def _texts(figure):
    """Return the marks on the canvas, found by their look alone, wherever they stand."""
    texts = [t for axes in figure.axes for t in (*axes.texts, axes.title, axes.xaxis.label)]
    texts += [t for axes in figure.axes for t in (axes.yaxis.label, *axes.get_xticklabels())]
    shown = [text.get_text() for text in (*texts, *figure.texts) if text.get_gid() != "note"]
    return [text for text in shown if "*" in text or "n.s." in text]


@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_is_that_of_a_row_of_the_statistics(data, name):
    figure, source, statistics = _drawn(name, data)
    p_holm = dict(zip(statistics["id"], statistics["p_holm"], strict=True))
    marks = source[source["kind"] == "mark"]
    for mark in marks.itertuples():
        p = p_holm[mark.statistic_id]
        stars = "***" if p < 0.001 else "**" if p < 0.01 else "*" if p < 0.05 else "n.s."
        assert mark.label.split(" ")[0] == stars
        if " " in mark.label:
            words = mark.label.split(" ", 1)[1]
            assert words == ("p < 0.001" if p < 0.001 else f"p = {p:.3f}")
    assert sorted(_texts(figure)) == sorted(marks["label"])
    if name not in COURSES:  # clusters that do not hold are left out
        assert len(marks) == MARKED.get(name, 0)
    assert (len(marks) > 0) == (name in (*MARKED, *COURSES))
    check_marks(figure, source, statistics)


@pytest.mark.parametrize("name", [*MARKED, *COURSES])
def test_a_mark_whose_row_was_taken_away_is_refused(data, name):
    figure, source, statistics = _drawn(name, data)
    used = source["statistic_id"].dropna().iloc[-1]
    with pytest.raises(TableError, match="has no row") as error:
        check_marks(figure, source, statistics[statistics["id"] != used])
    assert used in str(error.value)
    with pytest.raises(TableError, match="has no row"):
        check_marks(figure, source, None)


@pytest.mark.parametrize("name", [*MARKED, *COURSES])
def test_a_mark_whose_row_has_another_p_is_refused(data, name):
    figure, source, statistics = _drawn(name, data)
    used = source["statistic_id"].dropna().iloc[0]
    p = statistics.loc[statistics["id"] == used, "p_holm"].item()
    other = 0.6 if p < 0.05 else 0.0002
    tampered = statistics.assign(p_holm=statistics["p_holm"].where(statistics["id"] != used, other))
    with pytest.raises(TableError, match="has p_holm"):
        check_marks(figure, source, tampered)


@pytest.mark.parametrize("name", FIGURES)
def test_a_mark_drawn_by_hand_is_refused(data, name):
    figure, source, statistics = _drawn(name, data)
    for text in ("***", "*", "n.s.", "people **"):
        drawn = figure.axes[-1].text(0.5, 0.5, text)
        with pytest.raises(TableError, match="drawn but not among the numbers"):
            check_marks(figure, source, statistics)
        drawn.remove()
    check_marks(figure, source, statistics)


def test_another_mark_on_the_canvas_than_in_the_numbers_is_refused(data):
    figure, source, statistics = _drawn("gershman/errors_of_people", data)
    text = next(t for t in figure.axes[0].texts if t.get_gid() == "mark")
    text.set_text("n.s." if text.get_text() != "n.s." else "***")
    with pytest.raises(TableError, match="but not drawn"):
        check_marks(figure, source, statistics)


def test_a_drawing_that_makes_up_a_mark_is_not_handed_on(data, monkeypatch):
    true_marks = artists.marks

    def generous(axes, rows):
        true_marks(axes, rows.assign(label="***"))

    monkeypatch.setattr(artists, "marks", generous)
    with pytest.raises(TableError, match="marks that are not computed"):
        _drawn("gershman/errors_of_people", data)


@pytest.mark.parametrize("name", [*MARKED, *COURSES])
def test_no_statistics_no_marks(data, name):
    statistics = data[experiment_of(name)]["statistics"]
    figure, source, _ = _drawn(name, data, statistics=statistics.iloc[:0])
    assert _texts(figure) == []
    assert "mark" not in set(source["kind"])


def test_marks_compare_what_their_bars_say(data):
    for name in (
        "artificial/errors_of_agents",
        "dezfouli/errors_of_people",
        "gershman/errors_of_people",
        "dezfouli/variants",
    ):
        _, source, statistics = _drawn(name, data)
        table = statistics.set_index("id")
        for mark in source[source["kind"] == "mark"].itertuples():
            row = table.loc[mark.statistic_id]
            pair = {row["estimator_a"], row["estimator_b"]}
            names = {
                "t-RNN, no parameter layers": {"trnn", "trnn_unlinked"},
                "d-RNN, all groups": {"drnn", "drnn_pooled"},
                "maximum likelihood": {"mle", "trnn"},
                "constant, choice by choice": {"constant", "trnn"},
                "random-walk filter": {"filter", "trnn"},
                "switching filter": {"bayes", "trnn"},
                "d-RNN": {"drnn", "trnn"},
            }
            assert pair == names[mark.series]
            assert row["group"] == mark.x_label.replace(" ", "_")
            measure = mark.panel.split(",")[0] if name == "artificial/errors_of_agents" else "bce"
            assert row["measure"] == measure


def test_a_bracket_spans_the_groups_that_its_statistic_compares(data):
    _, source, _ = _drawn("dezfouli/perseveration_by_group", data)
    places = source[source["kind"] == "box"].set_index("series")["x"]
    marks = source[source["kind"] == "mark"]
    for mark in marks.itertuples():
        groups = mark.statistic_id.split("/")[-1].split(" - ")
        assert sorted([mark.x_low, mark.x_high]) == sorted(places[groups])
    assert marks["y"].is_unique
    assert marks["y"].min() > source.loc[source["kind"] == "point", "y"].max()


def test_the_bar_of_a_cluster_covers_its_trials_counted_from_one(data):
    statistics = data["gershman"]["statistics"]
    here = (statistics["kind"] == "course") & (statistics["measure"] == "beta")
    late = statistics["contrast"] == "trials 3-9: people - matched agents (easy - hard)"
    for p, expected in (((0.2, 0.01), [(4, 10)]), ((0.2, 0.3), [(1, 2)]), ((0.01, 0.01), None)):
        table = statistics.copy()
        table.loc[here & ~late, "p_holm"], table.loc[here & late, "p_holm"] = p
        _, source, _ = _drawn("gershman/beta_by_difficulty", data, statistics=table)
        marks = source[source["kind"] == "mark"].sort_values("x")
        # The bar reaches a little beyond the first and the last trial.
        found = [(round(m.x_low), round(m.x_high)) for m in marks.itertuples()]
        assert found == (expected or [(1, 2), (4, 10)])


def test_marks_with_p():
    assert mark_with_p(0.0123) == "* p = 0.012"
    assert mark_with_p(0.00002) == "*** p < 0.001"
    assert mark_with_p(0.5) == f"{mark_of(0.5)} p = 0.500"
