"""Trial-by-trial reinforcement-learning parameters with a theoretical RNN: the whole study.

`snakemake --cores 8` builds everything; README.md says what that is.
"""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "rules/common.smk"
include: "rules/data.smk"
include: "rules/simulate.smk"
include: "rules/baselines.smk"
include: "rules/trnn.smk"
include: "rules/drnn.smk"
include: "rules/evaluate.smk"
include: "rules/statistics.smk"
include: "rules/replication.smk"
include: "rules/figures.smk"
include: "rules/report.smk"


rule all:
    default_target: True
    input:
        tables=all_tables(),
        figures=all_figures(),
        summary=f"{RESULTS}/summary.md",
        replication=[f"{RESULTS}/replication.md", f"{RESULTS}/replication.parquet"],
        report=f"{RESULTS}/report.html",


onsuccess:
    # Only a summary that this run wrote is this run's.
    if summary_is_new():
        print(Path(f"{RESULTS}/summary.md").read_text(encoding="utf-8"))
