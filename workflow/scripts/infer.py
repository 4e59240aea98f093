"""Apply trained t-RNNs to a population's trials."""

from pathlib import Path

from trnn.config.views import from_view
from trnn.estimators.trnn.infer import Noise
from trnn.estimators.trnn.inference_stage import infer_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    keys = (experiment.name, smk.wildcards.network, smk.wildcards.population)
    infer_stage(
        checkpoints=[Path(path) for path in smk.input.checkpoints],
        trials=Path(smk.input.trials),
        output=Path(smk.output[0]),
        experiment=experiment,
        ensemble=smk.params.ensemble,
        noise=Noise(smk.params.draws, smk.params.seed, keys),
        threads=smk.threads,
        provenance=provenance(smk, people=smk.wildcards.population != "test"),
    )


run_stage(main, snakemake)
