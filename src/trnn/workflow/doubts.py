"""Settings that are allowed and void what is made of them: told before a run and in its summary.

Only what follows from the settings with certainty is told; nothing is refused.
"""

from collections.abc import Iterator, Mapping
from inspect import signature

from trnn.config.dynamics import DynamicsSettings, RandomWalk, Range, Stationary, Switching
from trnn.config.experiment import Experiment
from trnn.config.hazards import hazards_in
from trnn.config.run import Run
from trnn.config.task import BernoulliTask
from trnn.theory.models import get_model
from trnn.workflow.models import models_of
from trnn.workflow.sessions import longest, longest_block, typical

RARE = 0.05  # probability of a change in a session below which a parameter hardly ever changes
SHORT = 5  # trials of a stretch between changes below which nothing can be learned of its value
STILL = 0.01  # share of its range by which a walk's standard deviation within a session is nothing
FEW_RESAMPLES = 40  # below, the ends of a 95 % interval are the two most extreme resamples
FEW_PERMUTATIONS = 20  # below, no p-value can be smaller than 0.05
WHAT = "what is called trial by trial hardly moves then"


def doubts(run: Run, experiments: Mapping[str, Experiment]) -> dict[str, list[str]]:
    """Return what is doubtful about each experiment's settings, in words; [] where nothing is."""
    of_run = list(_of_run(run))
    return {
        name: [
            *_of_dynamics(experiment),
            *_of_task(experiment),
            *_of_feedback(experiment),
            *of_run,
        ]
        for name, experiment in experiments.items()
    }


def chance_of_change(dynamics: Switching, n_trials: int) -> float:
    """Return the probability that a parameter changes at least once in a session of `n_trials`."""
    limits = dynamics.max_changes
    may = 1.0 if limits is None else sum(limit > 0 for limit in limits) / len(limits)
    chances = max(n_trials - 1 - dynamics.min_gap, 0)
    never = [(1.0 - hazard) ** chances for hazard in hazards_in(dynamics.hazard)]
    return (1.0 - dynamics.stationary_share) * may * (1.0 - sum(never) / len(never))


def _of_run(run: Run) -> Iterator[str]:
    if run.bootstrap_resamples < FEW_RESAMPLES:
        yield (
            f"bootstrap_resamples is {run.bootstrap_resamples}: the ends of 95 % intervals are the "
            f"most extreme resamples. Take {FEW_RESAMPLES} at the least, better 2,000"
        )
    if run.permutations < FEW_PERMUTATIONS:
        yield (
            f"permutations is {run.permutations}: no p-value of a cluster test can be below 0.05. "
            f"Take {FEW_PERMUTATIONS} at the least, better 5,000"
        )


def _of_task(e: Experiment) -> Iterator[str]:
    if longest_block(e.task) == 1 and not e.task.carry_over:
        yield (
            "task.trials_per_block is 1: the values of both arms begin anew in every block, so no "
            "choice follows from what was learned, and the choices tell nothing of how it is "
            "learned. Give blocks more trials, or let values carry over: carry_over: true"
        )
    if isinstance(e.task, BernoulliTask) and not any(map(any, e.task.arm_probabilities)):
        yield (
            "task.arm_probabilities are all 0: nobody is ever rewarded, and the choices tell "
            "nothing of how rewards are learned. Let an arm pay"
        )


def _of_feedback(e: Experiment) -> Iterator[str]:
    for model in models_of(e):
        learns = "other_reward" in signature(type(get_model(model)).learn).parameters
        if learns and not e.task.full_feedback:
            yield (
                f"model '{model}' learns from the other arm's outcome, which the task does not "
                "show: nothing is known of a parameter of that. Set task.full_feedback: true, or "
                "choose another model"
            )


def _of_dynamics(e: Experiment) -> Iterator[str]:
    for name, whose in _roles(e).items():
        for doubt in _of_one(e.dynamics[name], e):
            yield f"dynamics.{name} ({', '.join(whose)}): {doubt}"


def _roles(e: Experiment) -> dict[str, list[str]]:
    """Return what each of the dynamics in use is used for; constant test agents are as meant."""
    roles: dict[str, list[str]] = {}
    roles.setdefault(e.train.dynamics, []).append("of the t-RNN's training agents")
    roles.setdefault(e.estimators.bayes.dynamics, []).append("of estimator bayes")
    roles.setdefault(e.estimators.filter.dynamics, []).append("of estimator filter")
    for name in e.test.dynamics:
        if not isinstance(e.dynamics[name], Stationary):
            roles.setdefault(name, []).append("of test agents")
    return roles


def _of_one(dynamics: DynamicsSettings, e: Experiment) -> Iterator[str]:
    if isinstance(dynamics, Stationary):
        yield f"parameters never change; {WHAT}. Choose dynamics in which they do"
    elif isinstance(dynamics, RandomWalk):
        yield from _of_walk(dynamics, e.parameters, typical(e.task))
    else:
        yield from _of_switching(dynamics, longest(e.task), typical(e.task))


def _of_switching(dynamics: Switching, most: int, n_trials: int) -> Iterator[str]:
    hazards, gap = hazards_in(dynamics.hazard), dynamics.min_gap
    hazard, told = hazards[-1], ", ".join(f"{own:g}" for own in hazards)
    if chance_of_change(dynamics, most) == 0.0:
        why = f"hazard {told}, max_changes {dynamics.max_changes}"
        if gap >= most - 1:
            why = f"min_gap is {gap}, and a session has {most} trials at most"
        yield f"no parameter can ever change ({why}); {WHAT}. Change it, or lengthen the session"
    elif (chance := chance_of_change(dynamics, n_trials)) < RARE:
        yield (
            f"a parameter changes in {100 * chance:.2g} % of sessions of {n_trials} trials "
            f"(hazard {told}, min_gap {gap}); {WHAT}. Raise the hazard, lower min_gap, or "
            "lengthen the session"
        )
    elif dynamics.max_changes is None and gap + 1.0 / hazard < SHORT:
        yield (
            f"a value lasts {gap + 1.0 / hazard:.2g} trials on average (hazard {hazard:g}, min_gap "
            f"{gap}), and cannot be told from so few choices. Lower the hazard"
        )


def _of_walk(walk: RandomWalk, ranges: Mapping[str, Range], n_trials: int) -> Iterator[str]:
    """Yield the parameters whose walk stands still.

    Of a logit walk the value's own step is at most a quarter of the interval times the step, where
    the curve is steepest; a log walk's is at most the interval's upper end times it.
    """
    still = []
    for name in ranges:
        own = walk.parameters[name]
        width = own.high - own.low
        steepest = width / 4 if own.scale == "logit" else own.high
        if steepest * own.step_sd * n_trials**0.5 < STILL * width:
            still.append(name)
    if still:
        yield (
            f"{', '.join(still)} walk by less than {100 * STILL:g} % of their interval within a "
            f"session of {n_trials} trials (step_sd); {WHAT}. Raise step_sd"
        )
