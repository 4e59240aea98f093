"""Test the courses of people's estimates over blocks and around actions."""

from ger2024.findings.analyses import Having
from ger2024.findings.course_rows import CourseSettings
from ger2024.findings.courses import courses_stage
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    having = Having.of(smk.params.experiment["parameters"], smk.params.having)
    matched = (smk.input.matched_trials, smk.input.matched_estimates) if having.control else None
    courses_stage(
        smk.input.trials,
        smk.input.estimates,
        matched,
        smk.output[0],
        having,
        get_model(smk.params.experiment["model"]).unit_of,
        CourseSettings(
            smk.wildcards.experiment,
            smk.params.seed,
            smk.params.bootstrap_resamples,
            smk.params.permutations,
        ),
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
