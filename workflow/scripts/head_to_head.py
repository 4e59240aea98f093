"""Compare predictors of people on each kind of trial: the t-RNN, its theory, and d-RNNs."""

from trnn.scores.head_to_head import head_to_head_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    head_to_head_stage(
        smk.input.trials,
        {name: path for name, path in smk.input.items() if name != "trials"},
        smk.output[0],
        smk.wildcards.experiment,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
        smk.params.halved,
    )


run_stage(main, snakemake)
