# The code that a stage is made of, as a param of its rule.
#
# Needs: the names of common.smk. Makes: the functions below; it defines no stage.

from trnn.workflow.code import SCRIPTS, stage_code
from trnn.workflow.models import module_of
from trnn.workflow.modules import MODELS, modules_of


def code(script, named=None):
    """Return the param that says what a stage is made of: a digest, blind to comments.

    A stage that looks up a model is made of its experiment's. `named`: the function of wildcards
    that returns which other modules a stage finds by a name in its settings.
    """
    if named is None and MODELS not in modules_of(SCRIPTS / f"{script}.py"):
        return stage_code(script)
    find = named or (lambda wildcards: [model_of(wildcards.experiment)])
    return lambda wildcards: stage_code(script, find(wildcards))


def model_of(experiment):
    """Return the module of an experiment's model, or what a model of one's own is called."""
    return module_of(EXPERIMENTS[experiment].model)


def drawing(experiment, entries):
    """Return the function that returns the modules of a model and of what draws its figures."""
    modules = [model_of(experiment), *(entry.module for entry in entries)]
    return lambda wildcards: modules
