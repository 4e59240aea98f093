"""What an experiment assumes, in words: the task, the model's ranges, how parameters move."""

from collections.abc import Mapping, Sequence
from typing import Any

from trnn.config.hazards import hazard_words
from trnn.config.model_files import is_own, split
from trnn.report.text.task import task_words
from trnn.theory.meanings import MEANINGS

MODEL_WORDS = {
    "q_learning": "Q-learning",
    "q_learning_known_temperature": "Q-learning with a known inverse temperature of 5",
    "q_learning_perseveration": "Q-learning with perseveration",
    "q_learning_persistence": "Q-learning with a weight of the last choice",
    "q_learning_forgetting": "Q-learning with forgetting and a weight of the last choice",
    "q_learning_forgetting_reward": (
        "Q-learning with forgetting and a weight of the last choice that differs after a reward"
    ),
    "q_learning_forgetting_reward_bias": (
        "Q-learning with forgetting, a weight of the last choice that differs after a reward, and "
        "a side bias"
    ),
    "q_learning_forgetting_two_rates": (
        "Q-learning with forgetting, a weight of the last choice, and a learning rate each for "
        "better and for worse than expected"
    ),
    "q_learning_forgetting_lapse": (
        "Q-learning with forgetting, a weight of the last choice, and lapses"
    ),
    "q_learning_trace": "Q-learning with a choice trace",
    "q_learning_forgetting_trace": "Q-learning with forgetting and a choice trace",
    "generalised_q_learning": "generalised Q-learning of one dimension",
    "q_learning_counterfactual": "Q-learning from both arms' outcomes",
    "hybrid_risky_safe": "hybrid exploration of a risky and a safe arm",
    "hybrid_exploration": "hybrid of directed and random exploration",
    "hybrid_persistence": (
        "hybrid of directed and random exploration with a weight of the last choice"
    ),
    "hybrid_persistence_bias": (
        "hybrid of directed and random exploration with a weight of the last choice and a side bias"
    ),
    "hybrid_value": "hybrid of directed and random exploration with value by itself",
    "hybrid_lapse": "hybrid of directed and random exploration with lapses",
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
    under = _sets(references) if isinstance(references, list) else _grid(references)
    followed = (
        f"what the model makes of the session under {under}" if under else "the model's terms"
    )
    return (
        f"the reward of the trial before, whether its choice repeated the one before it, and "
        f"{followed}; both arms are treated alike"
    )


def _grid(references: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{MEANINGS[name].symbol} = {', '.join(f'{v:g}' for v in values)}"
        for name, values in references.items()
    )


def _sets(references: Sequence[Mapping[str, float]]) -> str:
    symbols = ", ".join(MEANINGS[name].symbol for name in references[0])
    sets = (", ".join(f"{own[name]:g}" for name in references[0]) for own in references)
    return f"({symbols}) = {', '.join(f'({values})' for values in sets)}"


def dynamics_words(dynamics: Mapping[str, Any]) -> str:
    """Return dynamics in words."""
    if dynamics["kind"] == "stationary":
        return "parameters never change"
    if dynamics["kind"] == "switching":
        gap = dynamics["min_gap"]
        most = dynamics["max_changes"]
        constant = dynamics.get("stationary_share", 0)
        return (
            f"each parameter is drawn anew with {hazard_words(dynamics['hazard'])} a trial"
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
