"""Trial-by-trial reinforcement-learning parameters with a theoretical RNN: the whole study.

`snakemake --cores 8` builds everything; README.md says what that is.
"""

from snakemake.utils import min_version

min_version("9.0")


include: "rules/settings.smk"
include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/code.smk"
include: "rules/people.smk"
include: "rules/targets.smk"
include: "rules/data.smk"
include: "rules/simulate.smk"
include: "rules/priors.smk"
include: "rules/theories.smk"
include: "rules/baselines.smk"
include: "rules/filters.smk"
include: "rules/trnn.smk"
include: "rules/pack.smk"
include: "rules/drnn.smk"
include: "rules/evaluate.smk"
include: "rules/statistics.smk"
include: "rules/calibration.smk"
include: "rules/joint_calibration.smk"
include: "rules/identifiability.smk"
include: "rules/people_checks.smk"
include: "rules/nonstationarity.smk"
include: "rules/summary.smk"
include: "rules/replication.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/manifest.smk"


rule all:
    default_target: True
    input:
        all_results(),
        at("manifest"),


# The choice among theories alone: config/theories.yaml says how.
rule theories:
    input:
        theory_tables(),


onstart:
    begin(RESULTS, workflow)


onsuccess:
    end(RESULTS)
    # Only a summary that this run wrote is this run's.
    if summary_is_new():
        print_file(at("summary"))


onerror:
    end(RESULTS)
