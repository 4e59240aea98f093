"""Compare the recovery of constant parameters, by number of trials seen."""

from trnn.config.views import from_view
from trnn.scores.recovery_tests import recovery_stage
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    recovery_stage(
        smk.input.trials,
        smk.input.fits,
        {name: smk.input[name] for name in smk.params.estimators},
        smk.output[0],
        experiment.name,
        experiment.parameters,
        get_model(experiment.model).unit_of,
        smk.params.dynamics,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        smk.params.finding,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
