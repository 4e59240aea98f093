"""Write the report of a run."""

from pathlib import Path

from ger2024.figures.catalogue import CATALOGUE
from ger2024.figures.labels import label_of
from ger2024.report import report_study
from trnn.report.figures import Drawn
from trnn.report.render import report_stage
from trnn.tables.layout import file_of
from trnn.workflow.job import provenance, run_stage

TRIALS = {"human": "people", "test": "agents"}


def _drawn(path):
    # <results>/figures/<experiment>/<kind>.png
    experiment, kind = Path(path).parent.name, Path(path).stem
    return Drawn(experiment, CATALOGUE[kind], path, label_of(experiment, kind))


def main(smk):
    folder = Path(smk.output[0]).parent

    def at(kind, **names):
        return folder / file_of(kind, **names)

    experiments = {
        name: {
            "settings": smk.params.experiments[name],
            "metrics": at("metrics", experiment=name),
            "trials": {p: at(TRIALS[p], experiment=name, split=p) for p in estimators},
            "estimates": {
                p: {e: at("estimates", experiment=name, estimator=e, population=p) for e in names}
                for p, names in estimators.items()
            },
            "files": [f for f in smk.input.tables if Path(f).is_relative_to(folder / name)],
        }
        for name, estimators in smk.params.estimators.items()
    }
    report_stage(
        smk.output[0],
        experiments,
        smk.params.run,
        [_drawn(path) for path in smk.input.figures],
        {
            "summary": smk.input.summary,
            "environment": smk.input.environment,
            "experiment_summaries": {
                name: at("experiment_summary", experiment=name) for name in experiments
            },
        },
        smk.params.benchmarks,
        provenance(smk, people=True),
        report_study(smk.input.replication),
    )


run_stage(main, snakemake)
