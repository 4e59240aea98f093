"""Apply trained t-RNNs to a population's trials."""

from pathlib import Path

from trnn.config.views import from_view
from trnn.rnn.stages import infer_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    infer_stage(
        checkpoints=[Path(path) for path in smk.input.checkpoints],
        trials=Path(smk.input.trials),
        output=Path(smk.output[0]),
        parameters=tuple(from_view(smk.params.experiment).parameters),
        ensemble=smk.params.ensemble,
        threads=smk.threads,
        provenance=provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
