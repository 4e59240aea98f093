"""Of whom the study's numbers count: every way in which subjects can be other ones."""

import pytest

from ger2024.applies import HUMAN, TEST, Subjects, is_of_the_study, reported_as
from ger2024.published import Published, read_published
from ger2024.study import finding_of_recovery, replicated
from ger2024.targets import LAST_TRIAL_RATIO, PEOPLE_BCE, targets_of
from tests.conftest import ROOT
from trnn.data.registry import load_registry

PUBLISHED = read_published(ROOT / "config/published.yaml")
OWN = PUBLISHED.people["dezfouli"]
REAL = {"dataset": "dezfouli", "content_sha256": OWN.content_sha256, "data_source": "real"}
STAND_INS = REAL | {"data_source": "simulated", "content_sha256": "1" * 64}


@pytest.mark.parametrize(
    ("people", "model", "expected"),
    [
        (REAL, OWN.model, "dezfouli"),
        (STAND_INS, OWN.model, "dezfouli"),
        (REAL | {"content_sha256": "1" * 64}, OWN.model, None),
        (REAL | {"dataset": "mine"}, OWN.model, None),
        (REAL | {"dataset": "gershman"}, "hybrid_exploration", None),
        (REAL, "q_learning", None),
        (STAND_INS, "q_learning", None),
        (STAND_INS | {"dataset": "mine"}, OWN.model, None),
        ({"data_source": "real"}, OWN.model, None),
        (None, OWN.model, None),
    ],
)
def test_people_are_the_studys_by_data_set_model_and_content(people, model, expected):
    assert reported_as(PUBLISHED, Subjects("any_name", model, people), HUMAN) == expected


@pytest.mark.parametrize(
    ("name", "model", "expected"),
    [
        ("artificial", "q_learning", "artificial"),
        ("artificial", "q_learning_perseveration", None),
        ("mine", "q_learning", None),
    ],
)
def test_agents_are_the_studys_by_experiment_and_model(name, model, expected):
    assert reported_as(PUBLISHED, Subjects(name, model), TEST) == expected


def test_targets_of_the_study_are_asked_of_the_studys_subjects_alone():
    def asked(*subjects):
        return list(targets_of(PUBLISHED, Subjects(*subjects)))

    assert asked("dezfouli", OWN.model, REAL) == [LAST_TRIAL_RATIO, PEOPLE_BCE]
    assert asked("dezfouli", OWN.model, STAND_INS) == [LAST_TRIAL_RATIO, PEOPLE_BCE]
    assert asked("mine", OWN.model, REAL) == [PEOPLE_BCE]
    assert asked("dezfouli", OWN.model, REAL | {"content_sha256": "1" * 64}) == [LAST_TRIAL_RATIO]
    assert asked("mine", "q_learning") == []


def test_recovery_belongs_to_a_finding_of_the_studys_own_agents_alone(tiny_experiments):
    artificial = tiny_experiments["artificial"]
    assert finding_of_recovery(PUBLISHED, artificial) == "6"
    for change in ({"name": "mine"}, {"model": "q_learning_perseveration"}):
        assert finding_of_recovery(PUBLISHED, artificial.model_copy(update=change)) is None


def test_a_replication_is_made_where_a_chosen_experiment_may_be_the_studys(tiny_experiments):
    assert replicated(PUBLISHED, tiny_experiments) == list(tiny_experiments)
    artificial = tiny_experiments["artificial"]
    mine = artificial.model_copy(update={"name": "mine"})
    assert replicated(PUBLISHED, {"mine": mine}) == []
    assert replicated(PUBLISHED, {"mine": mine, "artificial": artificial}) == ["artificial"]
    # On the study's people under another name it may be; what they are is seen at run time.
    assert is_of_the_study(PUBLISHED, "mine", OWN.model, "dezfouli")
    assert not is_of_the_study(PUBLISHED, "mine", OWN.model, "others")
    assert not is_of_the_study(Published(source="nobody", means={}), "mine", OWN.model, "dezfouli")


def test_the_people_are_those_of_the_registry():
    """A digest that is not the registry's would be of people whom nobody can have."""
    registry = load_registry(ROOT / "config/datasets")
    for name, people in PUBLISHED.people.items():
        assert people.content_sha256 == registry[name].sha256
    assert set(PUBLISHED.people) == {
        name for name, populations in PUBLISHED.means.items() if "human" in populations
    }
