"""Draw a figure."""

from trnn.config.views import from_view
from trnn.figures.catalogue import entry
from trnn.figures.stage import figure_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    figure = entry(smk.wildcards.figure)
    figure_stage(
        figure.name,
        dict(zip(smk.params.table_keys, smk.input.tables, strict=True)),
        smk.output.pdf,
        smk.output.png,
        smk.output.parquet,
        from_view(smk.params.experiment).parameters,
        provenance(smk, people=figure.of_people),
    )


run_stage(main, snakemake)
