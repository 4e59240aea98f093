"""Draw trajectories of the parameters from the posterior of trained t-RNNs."""

from pathlib import Path

from trnn.config.views import from_view
from trnn.estimators.trnn.draws_stage import draws_stage
from trnn.estimators.trnn.infer import Noise
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    keys = (experiment.name, smk.wildcards.network, "human")
    draws_stage(
        checkpoints=[Path(path) for path in smk.input.checkpoints],
        trials=Path(smk.input.trials),
        output=Path(smk.output[0]),
        experiment=experiment,
        ensemble=smk.params.ensemble,
        noise=Noise(smk.params.draws, smk.params.seed, keys),
        n_kept=smk.params.kept,
        threads=smk.threads,
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
