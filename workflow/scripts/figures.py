"""Draw a batch of figures."""

from trnn.config.views import from_view
from trnn.figures.catalogue import entry
from trnn.figures.stage import figure_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    files = zip(smk.output.pdf, smk.output.png, smk.output.parquet, strict=True)
    for (name, tables), (pdf, png, parquet) in zip(smk.params.tables.items(), files, strict=True):
        own = {"table_keys": list(tables), "experiment": smk.params.experiment}
        figure_stage(
            name,
            tables,
            pdf,
            png,
            parquet,
            from_view(smk.params.experiment).parameters,
            provenance(smk, people=entry(name).of_people, settings=own),
        )


run_stage(main, snakemake)
