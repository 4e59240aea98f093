"""Train one t-RNN."""

from pathlib import Path

from trnn.config.views import from_view
from trnn.estimators.trnn.training_stage import train_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    train_stage(
        train_table=Path(smk.input.train),
        validation_table=Path(smk.input.validation),
        checkpoint=Path(smk.output.checkpoint),
        history=Path(smk.output.history),
        experiment=from_view(smk.params.experiment),
        run_seed=smk.params.seed,
        training_seed=int(smk.wildcards.seed),
        threads=smk.threads,
        device=smk.params.device,
        provenance=provenance(smk, people=False),
    )


run_stage(main, snakemake)
