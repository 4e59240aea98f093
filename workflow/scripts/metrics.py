"""Score every estimator on every subject, and join the fits of the populations."""

from trnn.config.views import from_view
from trnn.scores.metrics import Scored, metrics_stage
from trnn.tables.parquet import join_tables
from trnn.workflow.job import provenance, run_stage


def main(smk):
    estimators = smk.params.estimators
    metrics_stage(
        {
            population: Scored(
                smk.input[f"{population}_trials"],
                {name: smk.input[f"{population}_{name}"] for name in names},
            )
            for population, names in estimators.items()
        },
        smk.output.metrics,
        from_view(smk.params.experiment),
        # The joined table speaks for its last population: people, where there are any.
        provenance(
            smk,
            people="human" in estimators,
            settings={
                "experiment": smk.params.experiment,
                "estimators": list(estimators.values())[-1],
            },
        ),
        smk.params.halved,
    )
    join_tables(list(smk.input.fits), smk.output.fits)


run_stage(main, snakemake)
