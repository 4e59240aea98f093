"""The address book: every file that a run leaves, below its results folder.

A pattern is what a rule makes; the names in braces are the rule's wildcards.
"""

LOGS, BENCHMARKS = "logs", "benchmarks"

FILES: dict[str, str] = {
    # Trials, of people and of simulated agents.
    "raw": "raw/{dataset}",
    "people": "{experiment}/human/trials.parquet",
    "agents": "{experiment}/synthetic/{split}.parquet",
    "matched": "{experiment}/synthetic/matched.parquet",
    # Networks: a part is a training seed of a t-RNN, a cohort of a d-RNN.
    "checkpoint": "{experiment}/checkpoints/{network}/{part}.pt",
    "training": "{experiment}/training/{network}/{part}.parquet",
    # An experiment's networks in one file each, with a card; and the index of these files.
    "packed": "networks/{experiment}.npz",
    "packed_index": "networks/index.json",
    # Estimates.
    "estimates": "{experiment}/estimates/{estimator}/{population}.parquet",
    "filter_evidence": "{experiment}/evidence/{estimator}/{population}.parquet",
    "constant_evidence": "{experiment}/evidence/mle/{population}.parquet",
    "convergence": "{experiment}/convergence.parquet",
    "cohort_estimates": "{experiment}/estimates/{network}/human/{part}.parquet",
    "draws": "{experiment}/draws/{network}/human.parquet",
    "fits": "{experiment}/fits/mle.parquet",
    "fits_of_population": "{experiment}/fits/mle/{population}.parquet",
    "recovery_fits": "{experiment}/fits/recovery.parquet",
    # Scores and tests.
    "metrics": "{experiment}/metrics.parquet",
    "comparisons": "{experiment}/comparisons.parquet",
    "head_to_head": "{experiment}/head_to_head.parquet",
    "recovery": "{experiment}/recovery.parquet",
    "courses": "{experiment}/courses.parquet",
    "findings": "{experiment}/findings.parquet",
    "statistics": "{experiment}/statistics.parquet",
    # Checks.
    "calibration": "{experiment}/calibration.parquet",
    "calibration_fresh": "{experiment}/calibration_fresh.parquet",
    "joint_calibration": "{experiment}/joint_calibration.parquet",
    "joint_calibration_of_estimator": "{experiment}/joint_calibration/{estimator}.parquet",
    "optimality": "{experiment}/optimality.parquet",
    "identifiability": "{experiment}/identifiability.parquet",
    "identifiability_moving": "{experiment}/identifiability_moving.parquet",
    "misspecification": "{experiment}/misspecification.parquet",
    "misspecification_features": "{experiment}/misspecification_features.parquet",
    "nonstationarity": "{experiment}/nonstationarity.parquet",
    "nonstationarity_of_population": "{experiment}/nonstationarity/{population}.parquet",
    "nonstationarity_of_null": "{experiment}/nonstationarity/null.parquet",
    "nonstationarity_rates": "{experiment}/nonstationarity_rates.parquet",
    "predictive": "{experiment}/predictive.parquet",
    "predictive_people": "{experiment}/predictive_people.parquet",
    "prior_selection": "{experiment}/prior_selection.parquet",
    "groups": "{experiment}/groups.parquet",
    # Theories: the people's evidence for each candidate, and agents of each; and what follows.
    "evidence_of_theory": "{experiment}/theories/evidence/{theory}.parquet",
    "recovery_of_theory": "{experiment}/theories/recovery/{theory}.parquet",
    "theories": "{experiment}/theories.parquet",
    "theory_evidence": "{experiment}/theory_evidence.parquet",
    "theory_comparisons": "{experiment}/theory_comparisons.parquet",
    "theory_recovery": "{experiment}/theory_recovery.parquet",
    "task_measured": "{experiment}/task_measured.parquet",
    # What is looked at.
    "figure": "figures/{experiment}/{kind}.{suffix}",
    "experiment_summary": "{experiment}/summary.md",
    "summary": "summary.md",
    "replication": "replication.parquet",
    "replication_text": "replication.md",
    "report": "report.html",
    # What ran.
    "manifest": "ro-crate-metadata.json",
    "workflow": "workflow/{file}",
    "log": LOGS + "/{rule}/{job}.log",
    "benchmark": BENCHMARKS + "/{rule}/{job}.tsv",
}


class _Kept(dict[str, object]):
    """Names that have no value yet stay as they are, in braces."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def file_of(kind: str, /, **names: object) -> str:
    """Return where a file of a kind stands below the results folder.

    Names without a value stay in braces: Snakemake's wildcards. KeyError if there is no such kind.
    """
    return FILES[kind].format_map(_Kept(names))


def shown(kind: str) -> str:
    """Return a pattern as people read it, each name in angle brackets: `<experiment>/...`."""
    return FILES[kind].replace("{", "<").replace("}", ">")
