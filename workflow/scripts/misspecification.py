"""Lay people, and test agents as a check, beside the agents that the t-RNN was trained on."""

from trnn.checks.misspecification.features import PREDICTORS
from trnn.checks.misspecification.misspecification_stage import misspecification_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    misspecification_stage(
        trials={name: smk.input[name] for name in ("human", "train", "validation", "test")},
        estimates={
            f"{name}_{population}": smk.input[f"{name}_{population}"]
            for name in PREDICTORS
            for population in ("human", "test")
        },
        misspecification=smk.output.misspecification,
        features=smk.output.features,
        experiment=from_view(smk.params.experiment),
        dynamics=smk.params.dynamics,
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
