"""Score every estimator on every subject of a population."""

from trnn.config.views import from_view
from trnn.evaluation.metrics import metrics_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    metrics_stage(
        smk.input.trials,
        {name: smk.input[name] for name in smk.params.estimators},
        smk.output[0],
        from_view(smk.params.experiment),
        smk.wildcards.population,
        provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
