# The code that a stage is made of, as inputs of its rule.
#
# Needs: the names of common.smk. Makes: the functions below; it defines no stage.

from functools import cache

from trnn.workflow.modules import MODELS, files_of, modules_of

# Scripts of what is made to be read: it is made anew when words change.
READ = ("figures", "summary", "report")


def code(script, named=None):
    """Return a script and the package files that it is made of: inputs of its stage.

    A stage that looks up a model is made of its experiment's. `named`: the function of wildcards
    that returns which other modules a stage finds by a name in its settings.
    """
    path = BASE / "workflow" / "scripts" / f"{script}.py"
    own = [str(path), *modules_of(path, words=script in READ)]
    if named is None and MODELS not in own:
        return relative(own)
    find = named or (lambda wildcards: [model_of(wildcards.experiment)])
    words = script in READ

    @cache  # it is asked for every job, again and again
    def files(*modules):
        return relative({*own, *files_of(*modules, words=words)})

    return lambda wildcards: list(files(*find(wildcards)))


def model_of(experiment):
    """Return the module of an experiment's model."""
    return f"trnn.theory.models.{EXPERIMENTS[experiment].model}"


def relative(files):
    """Return names that are the same in every checkout, where they can be, and short in messages."""
    return [os.path.relpath(file) for file in sorted(files)]


def drawing(experiment, entries):
    """Return the function that returns the modules of a model and of what draws its figures."""
    modules = [model_of(experiment), *(entry.module for entry in entries)]
    return lambda wildcards: modules
