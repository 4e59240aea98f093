"""`trnn check` of models: one's own are measured on the tasks of their experiments.

Settings are read in a second; a measurement takes up to a minute of one core. So it is made of
models of one's own, which nobody has measured, and of others if it is asked for.
"""

from collections.abc import Iterator
from pathlib import Path

from trnn.checks.model_check.measure import lines, measure
from trnn.config.dynamics import Range
from trnn.config.model_files import is_own, located
from trnn.config.task import BernoulliTask, TaskSettings
from trnn.errors import ConfigError, NumericalError
from trnn.theory.compiled import check_model
from trnn.theory.model import Model
from trnn.theory.models import get_model, model_names
from trnn.workflow.settings import AllSettings

# Where no experiment's task is asked for.
EXAMPLE = BernoulliTask(
    kind="bernoulli",
    n_blocks=6,
    trials_per_block=50,
    arm_probabilities=[(0.2, 0.8), (0.8, 0.2)],
    schedule="permuted",
)
EXAMPLE_WORDS = "6 blocks of 50 trials, one arm pays with probability 0.8, the other with 0.2"

Told = tuple[str, bool]  # a line, and whether it tells of something broken


def measured_models(settings: AllSettings) -> Iterator[Told]:
    """Yield what is measured of the settings' models of one's own, each on its own task."""
    for name, experiment in settings.experiments.items():
        if is_own(experiment.model):
            yield f"model     {name}: {experiment.model}, measured on the experiment's task", False
            model = get_model(experiment.model)
            yield from _told(model, experiment.parameters, experiment.task, settings.run.seed)


def measured_model(called: str, task: str | None, settings: AllSettings) -> Iterator[Told]:
    """Yield what is measured of one model over its own ranges.

    Parameters
    ----------
    called : str
        A model of the package, or ``path/to/file.py:Class``, seen from the working folder.
    task : str, optional
        The experiment of `settings` whose task it is measured on.

    Raises
    ------
    ConfigError
        If there is no such model or experiment, or its equations cannot be compiled.
    """
    if is_own(called):
        called = located(called, Path())
    elif called not in model_names():
        raise ConfigError(
            f"--model: there is no model '{called}'; there are {model_names()}, and one of your "
            "own is called path/to/file.py:Class."
        )
    model = get_model(called)
    check_model(model)
    if task is not None and task not in settings.experiments:
        raise ConfigError(f"--task: got '{task}'; the experiments are {[*settings.experiments]}.")
    where = EXAMPLE_WORDS if task is None else f"the task of experiment '{task}'"
    ranges = {p.name: Range(low=p.low, high=p.high) for p in model.parameters}
    yield f"model     {called}, over its own ranges, measured on {where}", False
    what = EXAMPLE if task is None else settings.experiments[task].task
    yield from _told(model, ranges, what, settings.run.seed)


def _told(model: Model, ranges: dict[str, Range], task: TaskSettings, seed: int) -> Iterator[Told]:
    try:
        found = measure(model, ranges, task, seed)
    except NumericalError as error:
        yield f"broken    {error}", True
        return
    for line in lines(found):
        yield f"          {line}", False
    if not found.agreement.agrees:
        yield f"broken    the model '{model.name}' is not what its file says", True
