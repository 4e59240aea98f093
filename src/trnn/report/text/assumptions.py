"""What an experiment assumes, in words: the task, the model's ranges, how parameters move."""

from collections.abc import Mapping
from typing import Any

from trnn.config.model_files import is_own, split
from trnn.report.text.task import task_words
from trnn.theory.meanings import MEANINGS

MODEL_WORDS = {
    "q_learning": "Q-learning",
    "q_learning_known_temperature": "Q-learning with a known inverse temperature of 5",
    "q_learning_perseveration": "Q-learning with perseveration",
    "q_learning_counterfactual": "Q-learning from both arms' outcomes",
    "hybrid_risky_safe": "hybrid exploration of a risky and a safe arm",
    "hybrid_exploration": "hybrid of directed and random exploration",
}


def assumptions(settings: Mapping[str, Any]) -> list[str]:
    """Return a line for each assumption.

    Parameters
    ----------
    settings : mapping
        A whole experiment as plain data: `trnn.config.stage_views.view(experiment, "whole")`.
    """
    dynamics = settings["dynamics"]
    filters = {name: settings["estimators"][name]["dynamics"] for name in ("filter", "bayes")}
    test = settings["test"]
    return [
        f"model: {model_words(settings['model'])}; "
        f"{_ranges(settings['parameters'])}: uniform priors, and the bounds of maximum likelihood",
        f"task of the simulated agents: {task_words(settings['task'])}",
        f"the t-RNN is trained on agents that are '{settings['train']['dynamics']}': "
        f"{dynamics_words(dynamics[settings['train']['dynamics']])}",
        f"the t-RNN reads {inputs_words(settings['estimators']['trnn']['network'])}",
        *(
            f"estimator '{name}' assumes '{followed}': {dynamics_words(dynamics[followed])}; "
            f"{settings['estimators'][name]['n_particles']:,} particles"
            for name, followed in filters.items()
        ),
        f"test agents: {test['n_agents']} each of {', '.join(test['dynamics'])}",
    ]


def model_words(model: str) -> str:
    """Return what a model is called; one's own by its class and its file."""
    if is_own(model):
        file, name = split(model)
        return f"{name}, of the file {file.as_posix()}"
    return MODEL_WORDS.get(model, model)


def inputs_words(network: Mapping[str, Any]) -> str:
    """Return in words what a t-RNN reads; `network` are its settings."""
    references = network.get("reference_values")
    if references is None:
        return "the choice and the reward of the trial before"
    under = " and ".join(
        f"{MEANINGS[name].symbol} = {', '.join(f'{v:g}' for v in values)}"
        for name, values in references.items()
    )
    followed = (
        f"what the model makes of the session under {under}" if under else "the model's terms"
    )
    return (
        f"the reward of the trial before, whether its choice repeated the one before it, and "
        f"{followed}; both arms are treated alike"
    )


def dynamics_words(dynamics: Mapping[str, Any]) -> str:
    """Return dynamics in words."""
    if dynamics["kind"] == "stationary":
        return "parameters never change"
    if dynamics["kind"] == "switching":
        gap = dynamics["min_gap"]
        most = dynamics["max_changes"]
        constant = dynamics.get("stationary_share", 0)
        return (
            f"each parameter is drawn anew with probability {dynamics['hazard']:g} a trial"
            + (f", once more than {gap} trials have passed since the last change" if gap else "")
            + (
                f", at most {' or '.join(str(m) for m in most)} times"
                if most is not None
                else ", without a limit"
            )
            + (f"; in {100 * constant:g} % of the agents never" if constant else "")
        )
    walks = ", ".join(
        f"{walk['scale']} {MEANINGS[name].symbol} from N({walk['start_mean']:g}, "
        f"{walk['start_sd']:g}) by N(0, {walk['step_sd']:g}) a trial"
        for name, walk in dynamics["parameters"].items()
    )
    return f"Gaussian walks with SDs: {walks}"


def _ranges(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{MEANINGS[name].symbol} in [{range_['low']:g}, {range_['high']:g}]"
        for name, range_ in parameters.items()
    )
