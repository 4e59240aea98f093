"""A task in words."""

from collections.abc import Mapping
from typing import Any


def task_words(task: Mapping[str, Any]) -> str:
    """Return a task in words.

    Parameters
    ----------
    task : mapping
        Its settings as plain data.
    """
    said = [_KINDS[task["kind"]](task)]
    if task.get("reversals") is not None:
        said.append(f"arms swap within a block {_reversals(task['reversals'])}")
    if task.get("carry_over"):
        said.append("values carry over blocks")
    if task.get("full_feedback"):
        said.append("the other arm's outcome is shown too")
    if task.get("miss_rate"):
        said.append(f"{100 * task['miss_rate']:.2g} % of trials get no response")
    return "; ".join(said)


def _blocks(task: Mapping[str, Any]) -> str:
    length = task["trials_per_block"]
    if isinstance(length, Mapping):
        person = length.get("person_sd", 0)
        own = f" ± {person:g} between persons" if person else ""
        within = f" ± {length['sd']:g}" + (" within one" if person else "")
        length = f"{length['mean']:g}{own}{within} ({length['low']} to {length['high']})"
    return f"{task['n_blocks']} blocks of {length} trials"


def _bernoulli(task: Mapping[str, Any]) -> str:
    pairs = ", ".join(f"{a:g}/{b:g}" for a, b in task["arm_probabilities"])
    order = "in random order" if task["schedule"] == "permuted" else "drawn anew each block"
    return f"{_blocks(task)}; {_two(task)} with probabilities {pairs}, {order}"


def _gaussian(task: Mapping[str, Any]) -> str:
    rounded = ", both rounded" if task["rounded"] else ""
    return (
        f"{_blocks(task)}; arm means with SD {_of_arms(task['arm_mean_sd'])} around 0, rewards "
        f"with SD {_of_arms(task['reward_sd'])} around them{rounded} (points)"
    )


def _walk(task: Mapping[str, Any]) -> str:
    pulled = ""
    if task["decay"] < 1:
        centre = "the middle" if task["centre"] is None else f"{task['centre']:g}"
        pulled = f", drawn to {centre} (decay {task['decay']:g})"
    return (
        f"{_blocks(task)}; {_paid(task)}, which walks in [{task['low']:g}, {task['high']:g}] by "
        f"N(0, {task['step_sd']:g}) a trial{pulled}"
    )


def _given(task: Mapping[str, Any]) -> str:
    lengths = task["lengths"]
    low, high = min(lengths), max(lengths)
    trials = f"{low}" if low == high else f"{low} to {high}"
    n = len(task["arms"] or task["outcomes"])
    several = f", {n} schedules" if n > 1 else ""
    what = "what each arm pays" if task["outcomes"] is not None else _paid(task)
    blocks = f"{len(lengths)} blocks of {trials} trials"
    return f"{blocks}; {what}, trial by trial from {task['file']}{several}"


_KINDS = {"bernoulli": _bernoulli, "gaussian": _gaussian, "walk": _walk, "given": _given}


def _paid(task: Mapping[str, Any]) -> str:
    if task["reward_sd"] is None:
        return f"{_two(task)} with a probability"
    rounded = ", rounded," if task["rounded"] else ""
    return f"rewards with SD {task['reward_sd']:g}{rounded} around a mean"


def _two(task: Mapping[str, Any]) -> str:
    without, success = task.get("rewards", (0, 1))
    return f"reward {success:g} or {without:g}"


def _of_arms(sd: Any) -> str:
    return f"{sd:g}" if isinstance(sd, int | float) else f"{sd[0]:g} and {sd[1]:g}"


def _reversals(every: Any) -> str:
    if not isinstance(every, Mapping):
        return f"every {every} trials"
    low, high, hazard = every["low"], every.get("high"), every.get("hazard")
    if hazard is None:
        return f"every {low} to {high} trials"
    most = "" if high is None else f", after {high} at the latest"
    return f"with probability {hazard:g} a trial once {low} have passed{most}"
