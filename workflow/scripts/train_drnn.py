"""Train the d-RNNs of a cohort and predict the people whom they have not seen."""

from pathlib import Path

from trnn.config.views import from_view
from trnn.estimators.drnn.drnn_stage import train_drnn
from trnn.workflow.job import provenance, run_stage


def main(smk):
    train_drnn(
        trials=Path(smk.input.trials),
        output=Path(smk.output.estimates),
        checkpoint=Path(smk.output.checkpoint),
        history=Path(smk.output.history),
        experiment=from_view(smk.params.experiment),
        cohort=smk.wildcards.cohort,
        run_seed=smk.params.seed,
        threads=smk.threads,
        device=smk.params.device,
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
