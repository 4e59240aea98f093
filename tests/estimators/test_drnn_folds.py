"""Who trains, chooses and is tested."""

import numpy as np
import pytest

from trnn.config.drnn import Drnn
from trnn.errors import TableError
from trnn.estimators.drnn.folds import make_plan


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    ("n", "folds", "members"), [(3, None, 2), (4, None, 8), (33, None, 4), (101, 10, 4), (7, 99, 1)]
)
def test_everybody_is_tested_once_a_member_and_never_seen_there(n, folds, members):
    plan = make_plan(n, folds, members, rng())
    roles = plan.train.astype(int) + plan.choose + plan.test
    assert (roles == 1).all()
    assert plan.train.any(axis=1).all() and plan.choose.any(axis=1).all()
    for member in range(members):
        assert (plan.test[plan.member == member].sum(axis=0) == 1).all()
    assert len(plan.fold) == members * min(n, folds or n)


def test_each_member_lets_others_choose():
    plan = make_plan(33, None, 8, rng())
    first = plan.choose[plan.fold == 0]
    assert (first.sum(axis=0) <= 1).all()
    assert first.sum() == 32  # between them the members ask everybody who is not tested


def test_few_members_do_not_give_up_half_of_the_people():
    plan = make_plan(40, 4, 2, rng())
    assert (plan.choose.sum(axis=1) == 6).all()  # a fifth of 30


def test_a_part_is_that_part():
    plan = make_plan(5, None, 2, rng())
    part = plan.part(2, 4)
    assert (part.fold == 1).all() and list(part.member) == [0, 1]
    np.testing.assert_array_equal(part.test, plan.test[2:4])


def test_too_few_people_are_refused_with_a_way_out():
    with pytest.raises(TableError, match=r"at least 3 people.*got 2.*within"):
        make_plan(2, None, 1, rng())


def test_folds_that_leave_nobody_to_choose_by_are_refused_with_how_many_would_do():
    with pytest.raises(TableError, match=r"3 people in 2 folds: .* 1 left .*at least 3 folds"):
        make_plan(3, 2, 1, rng())
    for n in range(3, 12):
        for folds in (None, *range(2, n + 2)):
            if (n, folds) != (3, 2):
                plan = make_plan(n, folds, 2, rng())
                assert plan.train.any(axis=1).all() and plan.choose.any(axis=1).all(), (n, folds)


def test_cohorts_are_the_groups_of_the_data():
    groups = ["bipolar", "depression", "healthy"]
    settings = Drnn(n_epochs=2, window=5)
    assert settings.cohorts(groups) == ("bipolar", "depression", "healthy")
    assert settings.cohorts([]) == ("all",)
    assert settings.model_copy(update={"within": "all"}).cohorts(groups) == ("all",)
