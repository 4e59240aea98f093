"""Compare groups of people in their parameters, beside the agents matched to them."""

from trnn.checks.groups.groups_stage import groups_stage
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment, given = smk.params.experiment, smk.input
    matched = given.get("matched_trials"), given.get("matched_estimates")
    groups_stage(
        given.trials,
        given.estimates,
        None if matched[0] is None else matched,
        given.get("evidence"),
        smk.output[0],
        experiment["name"],
        smk.params.groups,
        get_model(experiment["model"]).unit_of,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
        smk.params.halved,
    )


run_stage(main, snakemake)
