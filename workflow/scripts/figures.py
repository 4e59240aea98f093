"""Draw a batch of an experiment's figures."""

from ger2024.figures.catalogue import CATALOGUE
from trnn.config.views import from_view
from trnn.figures.about import about_of
from trnn.figures.figure_stage import figure_stage
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    files = zip(smk.output.pdf, smk.output.png, smk.output.parquet, strict=True)
    for (kind, tables), (pdf, png, parquet) in zip(smk.params.tables.items(), files, strict=True):
        entry = CATALOGUE[kind]
        people = experiment.human is not None and entry.takes_people
        own = {"table_keys": list(tables), "experiment": smk.params.experiment}
        figure_stage(
            entry,
            experiment.name,
            tables,
            pdf,
            png,
            parquet,
            about_of(experiment, get_model(experiment.model).unit_of),
            provenance(smk, people=people, settings=own),
        )


run_stage(main, snakemake)
