"""Write the summary of a run."""

from pathlib import Path

from trnn.report.text.summary import summary_stage
from trnn.workflow.job import provenance, run_stage


def people_checks(settings, folder):
    """Return the tables of the checks that an experiment's people are put through."""
    kinds = ["likeness"] if settings["human"] else []
    smooths = "trnn_smooth" in settings["estimators"]["variants"]
    kinds += ["predictive", "predictive_people"] if settings["human"] and smooths else []
    return {kind: f"{folder}/{kind}.parquet" for kind in kinds}


def main(smk):
    folder = Path(smk.output[0]).parent
    summary_stage(
        smk.output[0],
        {
            name: {
                "metrics": f"{folder}/{name}/metrics.parquet",
                "statistics": f"{folder}/{name}/statistics.parquet",
                "findings": f"{folder}/{name}/findings.parquet" if settings["human"] else None,
                "calibration": f"{folder}/{name}/calibration.parquet",
                "calibration_fresh": f"{folder}/{name}/calibration_fresh.parquet"
                if "switching" in settings["test"]["dynamics"]
                else None,
                "optimality": f"{folder}/{name}/optimality.parquet",
                "identifiability": f"{folder}/{name}/identifiability.parquet",
                "identifiability_moving": f"{folder}/{name}/identifiability_moving.parquet"
                if "switching" in settings["test"]["dynamics"]
                else None,
                "task_measured": f"{folder}/{name}/task_measured.parquet"
                if settings["human"]
                else None,
                "prior_selection": f"{folder}/{name}/prior_selection.parquet"
                if settings["prior_grid"]
                else None,
                "moving": f"{folder}/{name}/moving_rates.parquet" if settings["moving"] else None,
                **people_checks(settings, f"{folder}/{name}"),
                "settings": settings,
            }
            for name, settings in smk.params.experiments.items()
        },
        smk.input.published,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
